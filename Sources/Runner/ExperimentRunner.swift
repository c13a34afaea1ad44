import Diagnostics
import Foundation
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

  /// Runs what is missing, one after the other, and stores each at once.
  ///
  /// A run that fails does not keep the others from running. The summary is written now and then, and at the
  /// end even of a call that throws.
  /// - Returns: the failures, each with the run's title as its place.
  /// - Throws: `Problem` when results cannot be stored or the spec does not fit the data, and what the listener
  ///   throws.
  public func callAsFunction() throws -> [Problem] {
    try AtomicFile.createFolder(plan.results)
    try AtomicFile.createFolder("\(plan.results)/\(plan.experiment.name)/runs")
    let failures: [Problem]
    do {
      failures = try executeMissing()
    } catch {
      // The first error is the one to tell of; a summary of nothing helps nobody.
      if plan.runs.contains(where: { FileManager.default.fileExists(atPath: runPath($0)) }) {
        try? collectIfNeeded()
      }
      throw error
    }
    try collectIfNeeded()
    return failures
  }

  private func executeMissing() throws -> [Problem] {
    var failures: [Problem] = []
    var collecting = CollectingPace()
    let missing = plan.missing
    for (index, entry) in missing.enumerated() {
      // Another process may have finished it since the plan was made.
      if try isStored(entry.run) { continue }
      let note = FailureNote.path(
        results: plan.results, experiment: plan.experiment.name, identifier: entry.run.identifier)
      do {
        try execute(entry.run, position: index + 1, of: missing.count)
        FailureNote.remove(note)
        try collecting.perhaps { try collect() }
      } catch var problem as Problem where problem.kind == .runFailed {
        try listener(.runFailed(entry.run, problem))
        try FailureNote.write(problem, to: note)
        problem.place = entry.run.title
        failures.append(problem)
      }
    }
    return failures
  }

  private func execute(_ run: IdentifiedRun, position: Int, of count: Int) throws {
    let execution = RunExecution(
      identified: run, experiment: plan.experiment, dataset: plan.dataset, context: context)
    let begin = ContinuousClock.now
    let record = try execution(position: position, of: count, listener)
    let duration = ContinuousClock.now - begin
    try RunFile.write(record, to: runPath(run))
    try listener(.runFinished(run, rows: record.rows, seconds: duration / .seconds(1)))
  }

  private func runPath(_ run: IdentifiedRun) -> String {
    RunFile.path(results: plan.results, experiment: plan.experiment.name, identifier: run.identifier)
  }

  private func isStored(_ run: IdentifiedRun) throws -> Bool {
    try RunFile.exists(at: runPath(run), identifier: run.identifier)
  }

  private func collect() throws {
    try SummaryFile.collect(
      plan.experiment, runs: plan.runs, results: plan.results, provenance: .current(threads: context.threads))
  }

  /// The summary may be missing, lack runs, or be made for another choice of classes or seeds.
  private func collectIfNeeded() throws {
    guard FileManager.default.fileExists(atPath: plan.summaryPath) else { return try collect() }
    let known = try Summary.runIdentifiers(in: plan.summaryPath)
    let isComplete = plan.runs.allSatisfy { run in
      known.contains(run.identifier) || !FileManager.default.fileExists(atPath: runPath(run))
    }
    let isOfThisSpec = try Summary.read(from: plan.summaryPath).resolvedSpec == plan.experiment.resolvedYAML
    if !isComplete || !isOfThisSpec { try collect() }
  }
}

/// When to write the summary anew: at once after the first run, then so that it takes at most a twentieth of the
/// time, since writing it costs as much as there are runs.
private struct CollectingPace {
  private static let runningPerCollecting = 20.0
  private var lastEnd: ContinuousClock.Instant?
  private var lastCost = Duration.zero

  mutating func perhaps(_ collect: () throws -> Void) throws {
    let begin = ContinuousClock.now
    if let lastEnd, begin - lastEnd < lastCost * Self.runningPerCollecting { return }
    try collect()
    lastEnd = .now
    lastCost = .now - begin
  }
}
