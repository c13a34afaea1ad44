import Datasets
import Detectors
import Diagnostics
import Exchange
import Foundation
import Hashing
import Images
import Kernels
import Results
import Settings
import Specs

/// Weights that were trained elsewhere, to become a finished run of a spec: evaluated on its test set in every way
/// that it declares, as if they had been trained here.
///
/// The run's id holds the SHA-256 of the file, and it is stored as an experiment of its own, `NAME-imported-SHA`: no
/// plan, table or summary of the spec takes it for a training of ours.
public struct WeightImport {
  public let plan: Plan
  private let path: String
  private let file: Safetensors
  private let context: ComputeContext
  private let engine: (any Engine)?
  private let stopRequest: @Sendable () -> StopRequest?

  /// Reads the weights and plans the run.
  ///
  /// - Parameters:
  ///   - path: a safetensors file.
  ///   - experiment: a spec of one run.
  ///   - engine: opens what computes networks where that is not the processor.
  /// - Throws: `Problem` when the file cannot be read, or the spec asks for what weights alone do not give.
  public init(
    _ path: String, as experiment: Experiment, data: DataSearchPath, results: String,
    context: ComputeContext, engine: EngineFactory = { nil },
    stopRequest: @escaping @Sendable () -> StopRequest? = { nil }
  ) throws {
    let bytes = try Self.bytes(of: path)
    let sum = SHA256.hexadecimal(of: bytes)
    file = try Safetensors(bytes, from: path)
    var experiment = experiment
    experiment.imported = sum
    experiment.name += "-imported-\(sum.prefix(8))"
    try Self.requireSingleTraining(experiment)
    plan = try Plan(experiment, data: data, results: results)
    self.path = path
    self.context = context
    self.engine = experiment.engine == .cpu ? nil : try engine()
    self.stopRequest = stopRequest
  }

  private static func bytes(of path: String) throws(Problem) -> [UInt8] {
    do { return Array(try Data(contentsOf: URL(fileURLWithPath: path))) } catch {
      let isMissing = !FileManager.default.fileExists(atPath: path)
      throw Problem(
        isMissing ? .missingInput : .inputOutput, at: path,
        isMissing ? "no such file" : "cannot be read: \(systemReason(error))")
    }
  }

  /// - Throws: `Problem` when the spec is not of one run, or needs the course of its training.
  private static func requireSingleTraining(_ experiment: Experiment) throws(Problem) {
    let place = experiment.source.path
    let (runs, classes) = (experiment.runs, experiment.classRole.key)
    guard runs.count == 1, experiment.rungs.isEmpty, let run = runs.first else {
      throw Problem(
        .usage, at: place, "the spec has \(runs.count) runs, and the weights are of one",
        hint: "choose it, as with --set \(classes)=[2] --set seeds=[0]")
    }
    guard run.detector.record is any EpochTrainedRecord else {
      throw Problem(
        .usage, at: place,
        "the detector '\(run.detector.name)' is fitted at once: weights cannot be imported",
        hint: "`ganomaly run` fits it")
    }
    guard run.evaluation.epoch == .last else {
      throw Problem(
        .usage, at: place,
        "`protocol.epoch: \(run.evaluation.epoch.rawValue)` needs every epoch, and the weights are of one",
        hint: "give --set protocol.epoch=last")
    }
    guard run.evaluation.evaluateEvery == 0 else {
      throw Problem(
        .usage, at: place,
        "`protocol.evaluate_every` needs the course of training, which weights do not tell",
        hint: "give --set protocol.evaluate_every=0")
    }
  }

  private var identified: IdentifiedRun { plan.runs[0] }
  private var files: RunPaths { plan.files(of: identified) }

  /// Where the run is stored.
  public var runFile: String { files.run }

  /// Makes the run, or adds the evaluations that it lacks, and writes its summary.
  ///
  /// - Returns: the run; what is there already stays as it is.
  /// - Throws: `Problem` when the weights are not those of the spec's detector, or are of no use.
  public func callAsFunction() throws -> RunRecord {
    let record: RunRecord
    switch plan.entries[0].state {
    case .done: record = try RunFile.record(at: files.storedRun, identifier: identified.identifier)
    case .lacking(let lack) where lack.remedy != .training: record = try evaluate(lack.evaluations)
    case .missing, .doneInSummary, .failed, .lacking: record = try make()
    }
    try Collector(plan, threads: context.threads).collect()
    return record
  }

  private func newDetector(_ run: Run, _ shape: ImageShape, _ context: ComputeContext) -> any AnomalyDetector
  {
    makeDetector(for: run, image: shape, context: context, engine: engine)
  }

  private var options: RunnerOptions { RunnerOptions(stopRequest: stopRequest) }

  private func evaluate(_ lacking: [Evaluation]) throws -> RunRecord {
    try LaterEvaluation(
      identified: identified, experiment: plan.experiment, dataset: plan.dataset, context: context,
      options: options, files: files, makeDetector: newDetector
    ).evaluate(lacking)
  }

  private func make() throws -> RunRecord {
    let (run, dataset) = (identified.run, plan.dataset)
    let split = try run.split(dataset, spec: plan.experiment.source.path)
    let scale = PixelScale(run.evaluation.inputRange)
    let test = ImageSelection(dataset.images, indices: split.test, scale: scale)
    let validation = ImageSelection(dataset.images, indices: split.validation, scale: scale)
    let detector = newDetector(run, dataset.images.shape, context)
    try ForeignWeights(detector).load(file, from: path)
    let (history, seconds) = try history(of: detector, on: test, split.testIsAnomalous)
    let result = try RunResult(
      of: identified, detector, on: dataset, split, test: test, history: history.ending(after: seconds),
      provenance: provenance,
      normalScores: detector.normalScores(of: validation, requireNotStopped: options.requireNotStopped))
    try plan.createFolders()
    try result.write(to: files.run)
    return result.record
  }

  /// The evaluations, and how long they took: of the last epoch alone, of which no best one is known.
  private func history(
    of detector: any AnomalyDetector, on test: ImageSelection, _ isAnomalous: [Bool]
  ) throws -> (RunHistory, seconds: Double) {
    let run = identified.run
    let begin = ContinuousClock.now
    var book = EvaluationBook(run, identified.evaluations, test: test, isAnomalous: isAnomalous)
    for _ in 1..<run.detector.epochs { book.skipEpoch() }
    do {
      try book.evaluate(detector, isLast: true, requireNotStopped: options.requireNotStopped)
      try TrainingVerdict.requireDistinct(scores: book.scores[0].lastScores, of: run.detector)
    } catch let failure as TrainingFailure {
      throw Problem(.badData, at: path, failure.cause)
    } catch let problem as Problem where problem.kind == .runFailed {
      throw Problem(.badData, at: path, problem.cause, hint: problem.hint)
    }
    book.forgetBest()
    return (RunHistory(scores: book.scores), (.now - begin) / .seconds(1))
  }

  private var provenance: Provenance {
    Provenance(
      Provenance.current(context, engine: engine).facts + [
        ("imported_file", (path as NSString).lastPathComponent),
        ("imported_sha256", identified.run.imported ?? ""),
      ])
  }
}

extension RunHistory {
  /// The same with what a file wants to know of each epoch: nothing was trained, and the last was evaluated.
  fileprivate func ending(after seconds: Double) -> RunHistory {
    var history = self
    let epochs = evaluatedEpochs
    history.reinitializations = Array(repeating: 0, count: epochs)
    history.trainingSeconds = Array(repeating: 0, count: epochs)
    history.evaluationSeconds = Array(repeating: 0, count: epochs - 1) + [seconds]
    return history
  }
}
