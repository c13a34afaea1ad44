import ArgumentParser
import Runner

struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Print which runs are done, running (where, since when), missing and failed.",
    discussion: "Looks at the results folder alone: it works on every machine that shares it.")

  @OptionGroup var experiment: ExperimentOptions

  func run() throws {
    let plan = try experiment.plan(isQuiet: true)
    try Terminal.write(StatusText.render(try ExperimentStatus(plan), experiment: plan.experiment.name))
  }
}

struct CollectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "collect",
    abstract:
      "Gather the runs that are there in RESULTS/EXPERIMENT.h5 and print the AUC table; trains nothing.",
    discussion: "`run` does so too, at its end. Exit status 1 while some run has failed.")

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
