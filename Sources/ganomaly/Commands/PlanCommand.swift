import ArgumentParser
import Foundation
import Runner

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Print what would run and what is done.",
    discussion: """
      With --estimate, a few steps of each distinct kind of run are timed, for at most ten seconds in all, and the \
      time and the disk that the missing runs need are printed.
      """)

  @OptionGroup var experiment: ExperimentOptions
  @OptionGroup var compute: ComputeOptions

  @Flag(name: .long, help: "List every run, however many there are.")
  var all = false

  @Flag(name: .long, help: "Time a few steps and print what the missing runs cost.")
  var estimate = false

  @Option(name: .shortAndLong, help: ArgumentHelp("Runs at the same time, for the estimate.", valueName: "n"))
  var jobs = 1

  func validate() throws {
    guard (1...1024).contains(jobs) else {
      throw ValidationError("--jobs \(jobs): give a number from 1 to 1024")
    }
  }

  func run() throws {
    let plan = try experiment.plan(kernels: compute.kernels)
    try Terminal.write(PlanText.render(plan, isComplete: all))
    guard estimate else { return }
    compute.warnOfTooManyThreads()
    let cost = try CostEstimate(
      plan, retryingFailed: false, jobs: jobs, threads: max(1, compute.threadCount / jobs))
    try Terminal.write(EstimateText.render(cost))
  }
}

/// What missing runs cost, as lines for the terminal.
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
    if cost.timedShapes < cost.shapes {
      lines.append(
        "timed: \(cost.timedShapes) of \(cost.shapes) kinds of run; the others are taken for their mean")
    }
    return lines.joined(separator: "\n")
  }

  /// As in `1.5 hours`, since an estimate knows no seconds.
  static func duration(_ seconds: Double) -> String {
    if seconds < 90 { return "\(Int(max(1, seconds).rounded())) s" }
    if seconds < 90 * 60 { return "\(Int((seconds / 60).rounded())) minutes" }
    if seconds < 72 * 3600 { return String(format: "%.1f hours", seconds / 3600) }
    return String(format: "%.1f days", seconds / 86400)
  }
}
