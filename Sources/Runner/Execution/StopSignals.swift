import Diagnostics
import Foundation
import Synchronization

/// A request to stop at the next step and leave a checkpoint: one case for each signal that asks a process to end and
/// gives it time to.
public enum StopRequest: Sendable, Equatable, CaseIterable {
  /// SIGINT: Ctrl-C.
  case interruption
  /// SIGTERM: the system or a cluster wants the process to end.
  case termination
  /// SIGHUP: the terminal or the connection is gone.
  case hangup
  /// SIGUSR1: a job script can have the cluster send it some time before the end (`sbatch --signal`).
  case firstUserSignal
  /// SIGUSR2: the same.
  case secondUserSignal
  /// SIGXCPU: the process has used up its CPU time.
  case processorTime

  /// The signal that makes this request, and passes it on to another process.
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

  /// The problem that ends the process.
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

/// Turns signals into a request that is polled between two steps, instead of ending the process at once.
public enum StopSignals {
  /// From now on, the first signal of `StopRequest` is a request. A SIGINT after it ends the process at once with
  /// status 130. Call on the main thread, before other threads exist.
  ///
  /// Signals that `nohup` and the like have set to be ignored stay ignored, except SIGINT and SIGTERM. Losing the
  /// reader of standard error (`run … 2>&1 | head`) does not end training either.
  public static func receive() {
    // Force it here: lazy initialization is not async-signal-safe.
    _ = received.load(ordering: .relaxed)
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { signal in
      let (isFirst, _) = received.compareExchange(
        expected: 0, desired: signal, ordering: .sequentiallyConsistent)
      if !isFirst, signal == SIGINT { _exit(Problem.Kind.interrupted.rawValue) }
    }
    action.sa_flags = Int32(SA_RESTART)
    sigemptyset(&action.sa_mask)
    // The parent process may have blocked them, and the mask is inherited.
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
    // Functions cannot be compared, but their addresses can.
    let handler = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
    return handler == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// The first request; nil if there is none.
  public static var request: StopRequest? {
    let signal = received.load(ordering: .relaxed)
    return StopRequest.allCases.first { $0.signal == signal }
  }
}

/// The number of the first signal; 0 for none.
private let received = Atomic<Int32>(0)
