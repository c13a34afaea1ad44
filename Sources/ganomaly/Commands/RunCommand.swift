import ArgumentParser
import Diagnostics
import Foundation
import Reports
import Results
import Runner

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run an experiment: train and score what is missing, then print the AUC table.",
    discussion: """
      A finished run is never run again. Each is stored in RESULTS/EXPERIMENT/runs, and all are gathered in \
      RESULTS/EXPERIMENT.h5. A run that was stopped (Ctrl-C, a signal, a crash, a full disk) continues from its \
      last checkpoint, to the same numbers. A run that failed is not tried again unless --retry-failed says so. \
      Exit status 1 while some run has failed; the others are kept.
      """)

  @OptionGroup var experiment: ExperimentOptions
  @OptionGroup var compute: ComputeOptions

  @Flag(name: [.customShort("n"), .long], help: "Only print what would run.")
  var dryRun = false

  @Flag(name: .long, help: "Try the runs again that have failed.")
  var retryFailed = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Minutes of training between two checkpoints; each epoch's end makes one too, where that costs little.",
      valueName: "minutes"))
  var checkpointMinutes = 5.0

  func validate() throws {
    guard checkpointMinutes > 0, checkpointMinutes <= 1e6 else {
      throw ValidationError("--checkpoint-minutes \(checkpointMinutes): give more than 0, such as 5 or 0.5")
    }
  }

  private var options: RunnerOptions {
    RunnerOptions(
      checkpointInterval: .seconds(checkpointMinutes * 60), retriesFailed: retryFailed,
      stopRequest: { StopSignals.request })
  }

  func run() throws {
    let plan = try experiment.plan()
    if dryRun { return try Terminal.write(PlanText.render(plan, retryingFailed: retryFailed)) }
    let progress = RunProgress()
    let done = plan.entries.count - plan.missing.count - plan.failed.count
    if done > 0 { Terminal.writeError("\(done) of \(plan.entries.count) runs are done already.") }
    StopSignals.receive()
    let runner = ExperimentRunner(plan, context: compute.context, options: options) { progress.receive($0) }
    let failures = try runner()
    let summary = try Summary.read(from: plan.summaryPath)
    try Terminal.write(AUCTable(summary).text(width: Terminal.width()))
    Terminal.writeError("Results: \(plan.summaryPath)")
    if failures.isEmpty { return }
    for run in failures { Terminal.writeError("failed: \(run.title): \(Problem(run.failure))") }
    if !retryFailed { Terminal.writeError("--retry-failed tries them again.") }
    throw ExitCode(Problem.Kind.runFailed.rawValue)
  }
}

extension Problem {
  /// A failure as users are told of it.
  init(_ failure: RunFailure) { self.init(.runFailed, failure.summary, hint: failure.hint) }
}
