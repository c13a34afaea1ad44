import Diagnostics
import Foundation
import HDF5
import Kernels
import Results

/// Carries out what a plan says is missing and gathers the results.
public struct ExperimentRunner {
  private let plan: Plan
  private let context: ComputeContext
  private let listener: (RunnerEvent) throws -> Void

  public init(_ plan: Plan, context: ComputeContext, listener: @escaping (RunnerEvent) throws -> Void) {
    self.plan = plan
    self.context = context
    self.listener = listener
  }

  /// Runs what is missing, one after the other; each finished run is stored and collected at once.
  ///
  /// A run that fails does not keep the others from running.
  /// - Returns: the failures.
  /// - Throws: `Problem` when results cannot be stored or the spec does not fit the data.
  public func callAsFunction() throws -> [Problem] {
    try AtomicFile.createFolder(plan.results)
    try AtomicFile.createFolder("\(plan.results)/\(plan.experiment.name)/runs")
    var failures: [Problem] = []
    let missing = plan.missing
    for (index, entry) in missing.enumerated() {
      do {
        try execute(entry.run, position: index + 1, of: missing.count)
      } catch let problem as Problem where problem.kind == .runFailed {
        failures.append(problem)
        try listener(.runFailed(entry.run, problem))
      }
    }
    if missing.isEmpty || failures.count == missing.count { try collectIfNeeded() }
    return failures
  }

  private func execute(_ run: IdentifiedRun, position: Int, of count: Int) throws {
    let execution = RunExecution(
      identified: run, experiment: plan.experiment, dataset: plan.dataset, context: context)
    var record: RunRecord?
    let duration = try ContinuousClock().measure {
      record = try execution(position: position, of: count, listener)
    }
    guard let record else { return }
    let path = RunFile.path(
      results: plan.results, experiment: plan.experiment.name, identifier: run.identifier)
    try RunFile.write(record, to: path)
    try collect()
    try listener(.runFinished(run, rows: record.rows, seconds: duration / .seconds(1)))
  }

  private func collect() throws {
    try SummaryFile.collect(
      plan.experiment, runs: plan.runs, results: plan.results, provenance: .current(threads: context.threads))
  }

  /// The summary may be missing, or be made for another choice of classes or seeds.
  private func collectIfNeeded() throws {
    let path = plan.summaryPath
    guard FileManager.default.fileExists(atPath: path) else { return try collect() }
    let wanted = plan.experiment
    let summary = try Summary.read(from: path)
    let known = try Summary.runIdentifiers(in: path)
    let isCurrent =
      summary.seeds == wanted.seeds && summary.resolvedSpec == wanted.resolvedYAML
      && plan.entries.allSatisfy { $0.state == .missing || known.contains($0.run.identifier) }
    if !isCurrent { try collect() }
  }
}
