import Diagnostics
import Foundation
import Kernels
import Results

/// Executes the missing runs of a plan and collects the results.
public struct ExperimentRunner {
  let plan: Plan
  let options: RunnerOptions
  let listener: (RunnerEvent) throws -> Void
  let claims: Claims
  private let context: ComputeContext
  private let engine: (any Engine)?
  private let makeDetector: DetectorFactory

  /// - Parameter engine: computes the networks of runs that do not use the processor.
  public init(
    _ plan: Plan, context: ComputeContext, engine: (any Engine)? = nil,
    options: RunnerOptions = RunnerOptions(), listener: @escaping (RunnerEvent) throws -> Void
  ) {
    self.init(
      plan, context: context, engine: engine, options: options,
      makeDetector: { Runner.makeDetector(for: $0, image: $1, context: $2, engine: engine) },
      listener: listener)
  }

  init(
    _ plan: Plan, context: ComputeContext, engine: (any Engine)? = nil, options: RunnerOptions,
    makeDetector: @escaping DetectorFactory, listener: @escaping (RunnerEvent) throws -> Void
  ) {
    self.plan = plan
    self.context = context
    self.engine = engine
    self.options = options
    self.makeDetector = makeDetector
    self.listener = listener
    claims = Claims(
      results: plan.results, experiment: plan.experiment.name,
      owner: .current(isSupervised: options.sharing.isSupervised))
  }

  /// Executes the missing runs that no other process holds, one after another, and stores each result at once.
  ///
  /// A failed run does not stop the others; its failure is recorded as its result. The summary is written periodically
  /// and at the end, even if this call throws, unless the options leave it to others.
  /// - Returns: the experiment's failed runs, from this call or before; only this call's if no summary is written.
  /// - Throws: `Problem` if results cannot be stored, the spec does not fit the data or a stop is requested, and what
  ///   the listener throws.
  public func callAsFunction() throws -> [FailedRun] {
    // Finished results may lie in a read-only folder.
    if plan.wanted(options).count > 0 { try plan.createFolders() }
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

  /// Executes a run and stores its result: the run's file or the record of its failure.
  ///
  /// - Returns: the failure, if the run failed.
  func execute(_ entry: Plan.Entry, position: Int, of count: Int) throws -> RunFailure? {
    let (run, files) = (entry.run, plan.files(of: entry.run))
    let begin = ContinuousClock.now
    do {
      let record = try RunInProgress.recordingExhaustion(by: exhaustionRecorder(of: run, files)) {
        if let lack = try files.lack(of: run), lack.remedy != .training {
          return try evaluate(run, lack, files)
        }
        return try train(run, files, position: position, of: count)
      }
      let duration = ContinuousClock.now - begin
      try files.removeTraces()
      let rows = try record.rows(run.run.headlineView)
      try listener(.runFinished(run, rows: rows, seconds: duration / .seconds(1)))
      return nil
    } catch let failure as RunFailure {
      try FailureFile.write(failure, to: files.failure)
      // Resuming would fail in the same way.
      if failure.kind == .diverged || failure.kind == .collapsed { try files.removeCheckpoint() }
      try listener(.runFailed(run, failure))
      return failure
    }
  }

  private func train(
    _ run: IdentifiedRun, _ files: RunPaths, position: Int, of count: Int
  ) throws -> RunRecord {
    let execution = RunExecution(
      identified: run, experiment: plan.experiment, dataset: plan.dataset, context: context, engine: engine,
      options: options, files: files, makeDetector: makeDetector, listener: listener)
    let result = try execution.result(position: position, of: count)
    try result.write(to: files.run)
    return result.record
  }

  private func evaluate(_ run: IdentifiedRun, _ lack: Lack, _ files: RunPaths) throws -> RunRecord {
    try listener(.evaluationStarted(run, evaluations: lack.evaluations.count))
    do {
      return try LaterEvaluation(
        identified: run, experiment: plan.experiment, dataset: plan.dataset, context: context,
        options: options, files: files, makeDetector: makeDetector
      ).evaluate(lack.evaluations)
    } catch {
      throw RunFailure(error, lastGoodEpoch: run.run.detector.epochs) ?? error
    }
  }

  /// Records that memory ran out, as the run's failure. The process then ends: its supervisor, or the next call,
  /// continues with the other runs.
  private func exhaustionRecorder(
    of run: IdentifiedRun, _ files: RunPaths
  ) -> @Sendable (Problem) -> Void {
    let (path, isSupervised) = (files.failure, options.sharing.isSupervised)
    let tell = UncheckedListener(listener: listener)
    return { problem in
      let failure = RunFailure(notEnoughMemory: problem)
      // Nobody is left to report an error to.
      try? FailureFile.write(failure, to: path)
      try? tell.listener(.runFailed(run, failure))
      // The supervisor replaces a job that a signal ended.
      if isSupervised { kill(getpid(), SIGKILL) }
    }
  }
}

/// Unchecked: the recorder calls the listener only as the process ends.
private struct UncheckedListener: @unchecked Sendable {
  let listener: (RunnerEvent) throws -> Void
}
