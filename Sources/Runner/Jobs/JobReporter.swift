import Diagnostics
import Foundation

/// In a job, reports events on standard output to the process that started it.
public final class JobReporter {
  private static let stepInterval = Duration.milliseconds(100)
  private var lastStep = ContinuousClock.now - stepInterval

  /// From now on, writing to a process that has ended is an error instead of ending this one.
  public init() { signal(SIGPIPE, SIG_IGN) }

  /// Reports an event; of the steps, only some, but always an epoch's last.
  ///
  /// - Throws: `Problem` if nobody is listening: a job stops without the process that started it.
  public func receive(_ event: RunnerEvent) throws {
    if case .step(let report, _) = event {
      guard .now - lastStep >= Self.stepInterval || report.step == report.steps else { return }
      lastStep = .now
    }
    if let message = JobMessage(event) { try send(message) }
  }

  /// Reports why the job ends before its work is done.
  public func stop(_ problem: Problem) throws { try send(.stopped(problem: problem)) }

  private func send(_ message: JobMessage) throws {
    let line = try JobLine(message).encoded()
    do {
      try FileHandle.standardOutput.write(contentsOf: line)
    } catch {
      throw orphaned
    }
  }

  private var orphaned: Problem {
    Problem(
      .interrupted, "the process that started this job has ended",
      hint: "the same command continues where this one stopped")
  }
}
