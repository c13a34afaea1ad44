import Foundation
import Results
import Runner

/// The state of an experiment, as lines for the terminal.
enum StatusText {
  /// A line for each run that is in progress, interrupted or failed, and the counts of all.
  static func render(_ status: ExperimentStatus, experiment: String, now: Date = .now) -> String {
    var counts = (done: 0, running: 0, missing: 0, failed: 0)
    var lines = ["\(experiment): \(status.entries.count) \(status.entries.count == 1 ? "run" : "runs")"]
    for (run, state) in status.entries {
      func line(_ words: String) { lines.append("  \(run.identifier)  \(run.title)  \(words)") }
      switch state {
      case .done: counts.done += 1
      case .running(let claim):
        counts.running += 1
        line(describe(claim, now: now))
      case .missing(let hasCheckpoint):
        counts.missing += 1
        if hasCheckpoint { line("stopped, continues from its checkpoint") }
      case .failed(let failure):
        counts.failed += 1
        line("failed: \(failure.summary)")
      }
    }
    lines.append(
      "\(counts.done) done, \(counts.running) running, \(counts.missing) missing, \(counts.failed) failed")
    return lines.joined(separator: "\n")
  }

  private static func describe(_ claim: Claims.Claim, now: Date) -> String {
    guard let owner = claim.owner else { return "running" }
    var words = "running on \(owner.process.host), process \(owner.process.number)"
    if let task = owner.task { words += ", Slurm task \(task.title)" }
    if let since = claim.since {
      let time = since.formatted(.iso8601)
      words += ", since \(time) (\(Terminal.duration(max(0, now.timeIntervalSince(since)))))"
    }
    return words
  }
}
