import Diagnostics
import Foundation
import Synchronization

/// A request to stop at the next step and to leave a checkpoint.
public enum StopRequest: Sendable, Equatable {
  /// SIGINT: Ctrl-C.
  case interruption
  /// SIGTERM: the system, or a cluster, wants the process to end.
  case termination

  /// What ends the process.
  public var problem: Problem {
    let hint = "the same command continues where this one stopped"
    return switch self {
    case .interruption: Problem(.interrupted, "stopped by SIGINT", hint: hint)
    case .termination: Problem(.terminated, "stopped by SIGTERM", hint: hint)
    }
  }
}

/// SIGINT and SIGTERM as a request that is looked up between two steps, instead of the process's sudden end.
public enum StopSignals {
  /// From now on the first SIGINT or SIGTERM is a request. A SIGINT after it ends the process at once, with
  /// status 130. To be called on the main thread, before there are others.
  public static func receive() {
    // Made here, since making it is nothing that a signal handler may do.
    _ = received.load(ordering: .relaxed)
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { signal in
      let (isFirst, _) = received.compareExchange(
        expected: 0, desired: signal, ordering: .sequentiallyConsistent)
      if !isFirst, signal == SIGINT { _exit(Problem.Kind.interrupted.rawValue) }
    }
    action.sa_flags = Int32(SA_RESTART)
    sigemptyset(&action.sa_mask)
    sigaction(SIGINT, &action, nil)
    sigaction(SIGTERM, &action, nil)
    // Whoever started this process may have blocked them, and that is inherited.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// What was asked for first; nil as long as nothing was.
  public static var request: StopRequest? {
    switch received.load(ordering: .relaxed) {
    case SIGINT: .interruption
    case SIGTERM: .termination
    default: nil
    }
  }
}

/// The number of the first signal; 0 for none.
private let received = Atomic<Int32>(0)
