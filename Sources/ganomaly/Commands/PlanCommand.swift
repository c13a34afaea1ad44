import ArgumentParser
import Diagnostics
import Foundation
import Kernels
import Runner

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Show which runs are done and which are missing.",
    discussion: """
      With --estimate, times a few steps of each kind of run, at most ten seconds in all, and prints the time, memory \
      and disk space that the missing runs need.
      """)

  @OptionGroup var experiment: ExperimentOptions
  @OptionGroup var compute: ComputeOptions

  @Flag(name: .long, help: "List every run, however many there are.")
  var all = false

  @Flag(name: .long, help: "Estimate what the missing runs cost.")
  var estimate = false

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Concurrent runs to assume in the estimate.", valueName: "n"))
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
    if AddressSpace.limit != nil {
      try MatrixProductMemory.reserve(threads: max(compute.threadCount, jobs))
    }
    let (compute, kind) = (compute, plan.experiment.engine)
    let cost = try CostEstimate(
      plan, retryingFailed: false, jobs: jobs, threads: max(1, compute.threadCount / jobs),
      engine: { try compute.engine(kind) })
    try Terminal.write(EstimateText.render(cost))
  }
}
