import Diagnostics
import Foundation
import Results

/// A process that executes runs for this one, and what is known about it.
final class Job {
  let process: ChildProcess
  /// The incomplete last line of its output.
  private var unread = Data()
  /// The run in progress.
  private(set) var run: String?
  /// Whether it has begun any run.
  private(set) var hasBegun = false
  private(set) var finishedEpochs = 0
  /// Why it stopped before its work was done, as it reported.
  private(set) var problem: Problem?
  /// The system's out-of-memory kills when the job began.
  private let memoryKills = memoryKillCount()

  init(_ process: ChildProcess) { self.process = process }

  /// The lines that have arrived since the last call; nil at the end.
  func lines() throws -> [JobLine]? {
    guard let news = try process.read() else { return nil }
    unread += news
    var lines: [JobLine] = []
    while let lineEnd = unread.firstIndex(of: UInt8(ascii: "\n")) {
      let line = try JobLine(encoded: Data(unread[..<lineEnd]))
      unread = Data(unread[unread.index(after: lineEnd)...])
      note(line.message)
      lines.append(line)
    }
    return lines
  }

  private func note(_ message: JobMessage) {
    switch message {
    case .runStarted(let identifier, _, _, _):
      run = identifier
      hasBegun = true
      finishedEpochs = 0
    case .evaluationStarted(let identifier, _):
      run = identifier
      hasBegun = true
      finishedEpochs = 0
    case .runResumed(_, let finishedEpochs, _): self.finishedEpochs = finishedEpochs
    case .epochFinished(let epoch, _): finishedEpochs = epoch
    case .runFinished, .runFailed:
      run = nil
      hasBegun = true
    case .stopped(let problem): self.problem = problem
    case .checkpointSetAside, .step: break
    }
  }

  /// The failure of the run in progress when a signal ended the job.
  func failure(signal: Int32) -> RunFailure {
    let name = signalName(signal)
    let isOutOfMemory = signal == SIGKILL && memoryKillCount() > memoryKills
    let cause =
      isOutOfMemory
      ? "the system killed the process because memory ran out"
      : "the process was ended by \(name)"
    let hint =
      switch signal {
      case SIGKILL: "fewer jobs at once or smaller batches need less memory"
      case SIGSEGV, SIGILL, SIGBUS, SIGABRT,
        SIGTRAP where AddressSpace.limit != nil:
        "possibly out of memory: its address space is limited (ulimit -v, h_vmem)"
      case SIGSEGV, SIGILL, SIGBUS, SIGFPE, SIGABRT, SIGTRAP:
        "this is a fault of the program: please report it"
      default: ""
      }
    return RunFailure(
      kind: isOutOfMemory ? .outOfMemory : .killed, cause: cause, hint: hint, lastGoodEpoch: finishedEpochs,
      commit: BuildInformation.shortDescription, time: RunFailure.time())
  }
}

/// A signal's name, such as `SIGKILL`.
func signalName(_ signal: Int32) -> String {
  let names = [
    SIGHUP: "SIGHUP", SIGINT: "SIGINT", SIGQUIT: "SIGQUIT", SIGILL: "SIGILL", SIGTRAP: "SIGTRAP",
    SIGABRT: "SIGABRT", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE", SIGKILL: "SIGKILL", SIGSEGV: "SIGSEGV",
    SIGPIPE: "SIGPIPE", SIGTERM: "SIGTERM", SIGXCPU: "SIGXCPU", SIGXFSZ: "SIGXFSZ", SIGSYS: "SIGSYS",
    SIGALRM: "SIGALRM", SIGUSR1: "SIGUSR1", SIGUSR2: "SIGUSR2", SIGVTALRM: "SIGVTALRM", SIGPROF: "SIGPROF",
  ]
  return names[signal] ?? "signal \(signal)"
}

/// How many processes the system has killed since boot because memory ran out.
private func memoryKillCount() -> Int {
  let counters = (try? String(contentsOfFile: "/proc/vmstat", encoding: .utf8)) ?? ""
  let line = counters.split(separator: "\n").first { $0.hasPrefix("oom_kill ") }
  return line.flatMap { Int($0.dropFirst("oom_kill ".count)) } ?? 0
}
