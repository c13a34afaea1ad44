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
    let (compute, kind) = (compute, plan.experiment.engine)
    let cost = try CostEstimate(
      plan, retryingFailed: false, jobs: jobs, threads: max(1, compute.threadCount / jobs),
      engine: { try compute.engine(kind) })
    try Terminal.write(EstimateText.render(cost))
  }
}
