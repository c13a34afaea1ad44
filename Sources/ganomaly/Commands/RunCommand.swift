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
      RESULTS/EXPERIMENT.h5. Exit status 1 when some run failed; the others are kept.
      """)

  @OptionGroup var experiment: ExperimentOptions
  @OptionGroup var compute: ComputeOptions

  @Flag(name: [.customShort("n"), .long], help: "Only print what would run.")
  var dryRun = false

  func run() throws {
    var plan = try experiment.plan()
    if dryRun { return try Terminal.write(PlanText.render(plan)) }
    let progress = RunProgress()
    let done = plan.entries.count - plan.missing.count
    if done > 0 { Terminal.writeError("\(done) of \(plan.entries.count) runs are done already.") }
    let context = compute.context
    func execute(_ plan: Plan) throws -> [Problem] {
      try ExperimentRunner(plan, context: context) { progress.receive($0) }()
    }
    var failures = try execute(plan)
    // Successive halving: what was just computed decides on the next rung.
    while let next = try plan.continued() {
      plan = next
      failures = try execute(plan)
    }
    let summary = try Summary.read(from: plan.summaryPath)
    try Terminal.write(summary.table().text(width: Terminal.width()))
    Terminal.writeError("Results: \(plan.summaryPath)")
    if !failures.isEmpty {
      for failure in failures { Terminal.writeError("failed: \(failure)") }
      throw ExitCode(1)
    }
  }
}
