import Diagnostics
import Foundation
import Synchronization

/// A request to stop at the next step and to leave a checkpoint: one for each signal that asks a process to end and
/// leaves it time to do so.
public enum StopRequest: Sendable, Equatable, CaseIterable {
  /// SIGINT: Ctrl-C.
  case interruption
  /// SIGTERM: the system, or a cluster, wants the process to end.
  case termination
  /// SIGHUP: the terminal or the connection is gone.
  case hangup
  /// SIGUSR1: what a job script has its cluster send some time before the end (`sbatch --signal`).
  case firstUserSignal
  /// SIGUSR2: the same.
  case secondUserSignal
  /// SIGXCPU: the processor time that the process may use is used up.
  case processorTime

  /// The signal that asks for it, and asks another process for the same.
  var signal: Int32 {
    switch self {
    case .interruption: SIGINT
    case .termination: SIGTERM
    case .hangup: SIGHUP
    case .firstUserSignal: SIGUSR1
    case .secondUserSignal: SIGUSR2
    case .processorTime: SIGXCPU
    }
  }

  /// What ends the process.
  public var problem: Problem {
    let kind: Problem.Kind =
      switch self {
      case .interruption: .interrupted
      case .termination: .terminated
      case .hangup: .hungUp
      case .firstUserSignal: .firstUserSignal
      case .secondUserSignal: .secondUserSignal
      case .processorTime: .processorTimeUsedUp
      }
    return Problem(
      kind, "stopped by \(signalName(signal))", hint: "the same command continues where this one stopped")
  }
}

/// Signals as a request that is looked up between two steps, instead of the process's sudden end.
public enum StopSignals {
  /// From now on the first signal of `StopRequest` is a request. A SIGINT after it ends the process at once, with
  /// status 130. To be called on the main thread, before there are others.
  ///
  /// SIGHUP and the others that `nohup` and the like have told the system to ignore stay ignored; Ctrl-C and SIGTERM
  /// do not. A reader of standard error that is gone (`run … 2>&1 | head`) ends no training either.
  public static func receive() {
    // Made here, since lazy initialization is not async-signal-safe.
    _ = received.load(ordering: .relaxed)
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { signal in
      let (isFirst, _) = received.compareExchange(
        expected: 0, desired: signal, ordering: .sequentiallyConsistent)
      if !isFirst, signal == SIGINT { _exit(Problem.Kind.interrupted.rawValue) }
    }
    action.sa_flags = Int32(SA_RESTART)
    sigemptyset(&action.sa_mask)
    // Whoever started this process may have blocked them, and that is inherited.
    var unblocked = sigset_t()
    sigemptyset(&unblocked)
    for request in StopRequest.allCases {
      guard [.interruption, .termination].contains(request) || !isIgnored(request.signal) else { continue }
      sigaction(request.signal, &action, nil)
      sigaddset(&unblocked, request.signal)
    }
    pthread_sigmask(SIG_UNBLOCK, &unblocked, nil)
    signal(SIGPIPE, SIG_IGN)
  }

  private static func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(signal, nil, &action) == 0 else { return false }
    // Functions cannot be compared, their addresses can.
    let handler = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
    return handler == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// What was asked for first; nil as long as nothing was.
  public static var request: StopRequest? {
    let signal = received.load(ordering: .relaxed)
    return StopRequest.allCases.first { $0.signal == signal }
  }
}

/// The number of the first signal; 0 for none.
private let received = Atomic<Int32>(0)
