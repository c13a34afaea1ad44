import Diagnostics
import Foundation
import Kernels
import Results

/// Carries out what a plan says is missing and gathers the results.
public struct ExperimentRunner {
  private let plan: Plan
  private let context: ComputeContext
  private let options: RunnerOptions
  private let makeDetector: DetectorFactory
  private let listener: (RunnerEvent) throws -> Void

  public init(
    _ plan: Plan, context: ComputeContext, options: RunnerOptions = RunnerOptions(),
    listener: @escaping (RunnerEvent) throws -> Void
  ) {
    self.init(
      plan, context: context, options: options, makeDetector: makeDetector(for:image:context:),
      listener: listener)
  }

  init(
    _ plan: Plan, context: ComputeContext, options: RunnerOptions, makeDetector: @escaping DetectorFactory,
    listener: @escaping (RunnerEvent) throws -> Void
  ) {
    self.plan = plan
    self.context = context
    self.options = options
    self.makeDetector = makeDetector
    self.listener = listener
  }

  /// Runs what is missing, one after the other, and stores each at once.
  ///
  /// A run that fails does not keep the others from running: that it failed is its result. The summary is written
  /// now and then, and at the end even of a call that throws.
  /// - Returns: the runs of the experiment that have failed, now or before.
  /// - Throws: `Problem` when results cannot be stored, the spec does not fit the data or the process is to stop,
  ///   and what the listener throws.
  public func callAsFunction() throws -> [FailedRun] {
    try AtomicFile.createFolder(plan.results)
    try AtomicFile.createFolder("\(plan.results)/\(plan.experiment.name)/runs")
    do {
      try executeWanted()
    } catch {
      // The first error is the one to tell of; a summary of nothing helps nobody.
      if plan.runs.contains(where: { FileManager.default.fileExists(atPath: files(of: $0).run) }) {
        try? collectIfNeeded()
      }
      throw error
    }
    try collectIfNeeded()
    return try Summary.failures(in: plan.summaryPath)
  }

  private func executeWanted() throws {
    // A process may have ended between a run's last file and the removal of what led to it.
    for entry in plan.entries where entry.state == .done { try files(of: entry.run).removeTraces() }
    var collecting = CollectingPace()
    let wanted = plan.wanted(retryingFailed: options.retriesFailed)
    for (index, entry) in wanted.enumerated() {
      try options.requireNotStopped()
      // Another process may have finished it since the plan was made.
      if try RunFile.exists(at: files(of: entry.run).run, identifier: entry.run.identifier) { continue }
      try execute(entry.run, position: index + 1, of: wanted.count)
      try collecting.perhaps { try collect() }
    }
  }

  /// Leaves the run's result: its file, or the record that it failed.
  private func execute(_ run: IdentifiedRun, position: Int, of count: Int) throws {
    let files = files(of: run)
    let execution = RunExecution(
      identified: run, experiment: plan.experiment, dataset: plan.dataset, context: context, options: options,
      checkpointPath: files.checkpoint, makeDetector: makeDetector)
    let begin = ContinuousClock.now
    do {
      let record = try execution(position: position, of: count, listener)
      let duration = ContinuousClock.now - begin
      try RunFile.write(record, to: files.run)
      try files.removeTraces()
      try listener(.runFinished(run, rows: record.rows, seconds: duration / .seconds(1)))
    } catch let failure as RunFailure {
      try FailureFile.write(failure, to: files.failure)
      // It would lead to the same end.
      if failure.kind == .diverged || failure.kind == .collapsed {
        try CheckpointFile.remove(files.checkpoint)
      }
      try listener(.runFailed(run, failure))
    }
  }

  private func files(of run: IdentifiedRun) -> RunPaths {
    RunPaths(results: plan.results, experiment: plan.experiment.name, identifier: run.identifier)
  }

  private func collect() throws {
    try SummaryFile.collect(
      plan.experiment, runs: plan.runs, results: plan.results, provenance: .current(threads: context.threads))
  }

  /// The summary may be missing, lack runs or failures, or be made for another choice of classes or seeds.
  private func collectIfNeeded() throws {
    guard FileManager.default.fileExists(atPath: plan.summaryPath) else { return try collect() }
    let known = try Summary.runIdentifiers(in: plan.summaryPath)
    let summary = try Summary.read(from: plan.summaryPath)
    let failures = Dictionary(summary.failures.map { ($0.identifier, $0.failure) }) { first, _ in first }
    let isComplete = try plan.runs.allSatisfy { run in
      if known.contains(run.identifier) { return failures[run.identifier] == nil }
      let files = files(of: run)
      if FileManager.default.fileExists(atPath: files.run) { return false }
      return try FailureFile.read(files.failure).map { $0 == failures[run.identifier] } ?? true
    }
    if !isComplete || summary.resolvedSpec != plan.experiment.resolvedYAML { try collect() }
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
