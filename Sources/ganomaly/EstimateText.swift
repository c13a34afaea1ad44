import Foundation
import Runner

/// The cost of missing runs, as lines for the terminal.
enum EstimateText {
  static func render(_ cost: CostEstimate) -> String {
    guard cost.runs > 0 else { return "nothing to run" }
    let runs = "\(cost.runs) \(cost.runs == 1 ? "run" : "runs")"
    let jobs = "\(cost.jobs) \(cost.jobs == 1 ? "job" : "jobs")"
    let threads = "\(cost.threads) \(cost.threads == 1 ? "thread" : "threads")"
    var lines = [
      "\(runs) on this machine, \(jobs) of \(threads): about \(duration(cost.seconds))",
      "disk: \(ByteText.of(cost.resultBytes)), and \(ByteText.of(cost.checkpointBytes)) while they run",
    ]
    if let memory = cost.memoryBytes {
      lines.append("memory: about \(ByteText.of(memory))\(cost.jobs == 1 ? "" : " for each job")")
    }
    if cost.timedShapes < cost.shapes {
      lines.append(
        "timed: \(cost.timedShapes) of \(cost.shapes) kinds of run; the others are assumed to cost their mean"
      )
    }
    return lines.joined(separator: "\n")
  }

  /// A duration such as `40 s`, `12 minutes` or `1.5 hours`, no more precise than an estimate is.
  static func duration(_ seconds: Double) -> String {
    if seconds < 90 { return "\(Int(max(1, seconds).rounded())) s" }
    if seconds < 90 * 60 { return "\(Int((seconds / 60).rounded())) minutes" }
    if seconds < 72 * 3600 { return String(format: "%.1f hours", seconds / 3600) }
    return String(format: "%.1f days", seconds / 86400)
  }
}
