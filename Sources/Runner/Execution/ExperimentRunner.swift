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
  private let engine: (any Engine)?
  private let makeDetector: DetectorFactory

  /// - Parameter engine: what computes networks where the plan's runs are not the processor's.
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

  /// Runs what is missing and no other process is at, one after the other, and stores each at once.
  ///
  /// A run that fails does not keep the others from running: that it failed is its result. The summary is written
  /// now and then, and at the end even of a call that throws, unless the options leave it to others.
  /// - Returns: the runs of the experiment that have failed, now or before; those of this call alone where no
  ///   summary is written.
  /// - Throws: `Problem` when results cannot be stored, the spec does not fit the data or the process is to stop,
  ///   and what the listener throws.
  public func callAsFunction() throws -> [FailedRun] {
    // Finished results may lie where nothing can be written.
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

  /// Leaves the run's result: its file, or the record that it failed.
  ///
  /// - Returns: why it failed, if it did.
  func execute(_ entry: Plan.Entry, position: Int, of count: Int) throws -> RunFailure? {
    let (run, files) = (entry.run, plan.files(of: entry.run))
    let begin = ContinuousClock.now
    let previous = recordExhaustion(of: run, files)
    defer { MemoryExhaustion.handler.withLock { $0 = previous } }
    do {
      let record: RunRecord
      if case .lacking(let lack) = entry.state, lack.remedy != .training {
        record = try evaluate(run, lack, files)
      } else {
        record = try train(run, files, position: position, of: count)
      }
      let duration = ContinuousClock.now - begin
      try files.removeTraces()
      let rows = try record.rows(run.run.headlineView)
      try listener(.runFinished(run, rows: rows, seconds: duration / .seconds(1)))
      return nil
    } catch let failure as RunFailure {
      try FailureFile.write(failure, to: files.failure)
      // It would lead to the same end.
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
    try RunFile.write(result.record, result.material, weights: result.weights, to: files.run)
    return result.record
  }

  private func evaluate(_ run: IdentifiedRun, _ lack: Lack, _ files: RunPaths) throws -> RunRecord {
    try listener(.evaluationStarted(run, evaluations: lack.evaluations.count))
    return try LaterEvaluation(
      identified: run, experiment: plan.experiment, dataset: plan.dataset, context: context, options: options,
      files: files, makeDetector: makeDetector
    ).evaluate(lack.evaluations)
  }

  /// Until the run has its result, memory that cannot be had is its failure, which ends the process: the one that has
  /// started this one, or the next call, goes on with the other runs.
  ///
  /// - Returns: what was to be done before.
  private func recordExhaustion(
    of run: IdentifiedRun, _ files: RunPaths
  ) -> (@Sendable (Int) -> Void)? {
    let (path, isSupervised) = (files.failure, options.sharing.isSupervised)
    let tell = UncheckedListener(listener: listener)
    return MemoryExhaustion.handler.withLock { handler in
      defer {
        handler = { bytes in
          let failure = RunFailure(notEnoughMemory: Problem.notEnoughMemory(wanting: bytes))
          // Nobody is left to tell of an error on the way to the end.
          try? FailureFile.write(failure, to: path)
          try? tell.listener(.runFailed(run, failure))
          // Another takes the place of a job that a signal ends.
          if isSupervised { kill(getpid(), SIGKILL) }
        }
      }
      return handler
    }
  }
}

/// The listener is called where the process waits for its end.
private struct UncheckedListener: @unchecked Sendable {
  let listener: (RunnerEvent) throws -> Void
}
