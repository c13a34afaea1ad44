import ArgumentParser
import Diagnostics
import Runner

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show which runs are done, running (where, since when), missing and failed.",
    discussion: """
      Works on any machine that shares the results folder. Where the data are not found, the state is that for the \
      data of the stored runs.
      """)

  @OptionGroup var experiment: ExperimentOptions

  func run() throws {
    do {
      let plan = try experiment.plan(isQuiet: true)
      try Terminal.write(StatusText.render(try ExperimentStatus(plan), experiment: plan.experiment.name))
    } catch let problem as Problem where problem.kind == .missingInput {
      let spec = try experiment.specOptions.load()
      guard let status = try ExperimentStatus(spec, results: experiment.resultsOptions.results) else {
        throw problem
      }
      Terminal.writeError("ganomaly: note: \(problem); this is the state for the data of the stored runs")
      try Terminal.write(StatusText.render(status, experiment: spec.name))
    }
  }
}

struct CollectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "collect",
    abstract:
      "Collect finished runs in RESULTS/EXPERIMENT.h5 and print the AUC table, without training.",
    discussion: "`run` does this when it ends. The exit status is 1 while any run has failed.")

  @OptionGroup var experiment: ExperimentOptions

  func run() throws {
    let plan = try experiment.plan(isQuiet: true)
    let collector = Collector(plan, threads: 1)
    try collector.collectIfNeeded()
    let missing = plan.counts.missing
    if missing > 0 { Terminal.writeError("\(missing) of \(plan.entries.count) runs are missing.") }
    try ResultText.report(on: plan, failures: try collector.failures(), retryFailed: false)
  }
}
