import Diagnostics
import Foundation
import Kernels
import Results

/// Carries out what a plan says is missing and gathers the results.
public struct ExperimentRunner {
  let plan: Plan
  let options: RunnerOptions
  let listener: (RunnerEvent) throws -> Void
  let claims: Claims
  private let context: ComputeContext
  private let makeDetector: DetectorFactory

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
    claims = Claims(
      results: plan.results, experiment: plan.experiment.name,
      owner: .current(isSupervised: options.sharing.isSupervised))
  }

  /// Runs what is missing and no other process is at, one after the other, and stores each at once.
  ///
  /// A run that fails does not keep the others from running: that it failed is its result. The summary is written
  /// now and then, and at the end even of a call that throws, unless the options leave it to others.
  /// - Returns: the runs of the experiment that have failed, now or before; those of this call alone where no
  ///   summary is written.
  /// - Throws: `Problem` when results cannot be stored, the spec does not fit the data or the process is to stop,
  ///   and what the listener throws.
  public func callAsFunction() throws -> [FailedRun] {
    try plan.createFolders()
    let collecting = options.sharing.collecting
    var collector = Collector(plan, threads: context.threads)
    let failures: [FailedRun]
    do {
      failures = try executeWanted { if collecting == .always { try collector.collectNowAndThen() } }
    } catch {
      if collecting == .always { collector.collectAfterError() }
      throw error
    }
    switch collecting {
    case .always: break
    case .whenComplete: guard try collector.isComplete() else { return failures }
    case .never: return failures
    }
    try collector.collectIfNeeded()
    return try collector.failures()
  }

  /// Leaves the run's result: its file, or the record that it failed.
  ///
  /// - Returns: why it failed, if it did.
  func execute(_ run: IdentifiedRun, position: Int, of count: Int) throws -> RunFailure? {
    let files = plan.files(of: run)
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
      return nil
    } catch let failure as RunFailure {
      try FailureFile.write(failure, to: files.failure)
      // It would lead to the same end.
      if failure.kind == .diverged || failure.kind == .collapsed {
        try CheckpointFile.remove(files.checkpoint)
      }
      try listener(.runFailed(run, failure))
      return failure
    }
  }
}
