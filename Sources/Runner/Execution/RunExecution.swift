import Datasets
import Detectors
import Diagnostics
import Images
import Kernels
import Metrics
import Results
import Settings
import Specs

/// One run from split to result: train on the normals, evaluate after every epoch.
struct RunExecution {
  let identified: IdentifiedRun
  let experiment: Experiment
  let dataset: Dataset
  let context: ComputeContext
  let engine: (any Engine)?
  let options: RunnerOptions
  let files: RunPaths
  let makeDetector: DetectorFactory
  let listener: (RunnerEvent) throws -> Void

  private var run: Run { identified.run }

  /// Starts the run, or resumes it from an existing checkpoint.
  ///
  /// - Throws: `RunFailure` if the run itself fails; `Problem` if it cannot continue for another reason, after writing
  ///   a checkpoint if a stop is requested; what the listener throws.
  func result(position: Int, of count: Int) throws -> RunResult {
    let split = try run.split(dataset, spec: experiment.source.path)
    let scale = PixelScale(run.evaluation.inputRange)
    let train = ImageSelection(dataset.images, indices: split.train, scale: scale)
    let validation = ImageSelection(dataset.images, indices: split.validation, scale: scale)
    let test = ImageSelection(dataset.images, indices: split.test, scale: scale)
    // Emitted first: if allocating memory ends the process, this tells which run was in progress.
    try listener(
      .runStarted(
        identified, position: position, of: count, trainingImages: train.count, testImages: test.count,
        epochs: run.detector.epochs))
    try RunMemory.requireRoom(for: identified, on: train, testImages: test.count, context: context)
    let detector = makeDetector(run, dataset.images.shape, context)
    let validationLoss = ValidationLoss(detector, on: validation)
    guard validationLoss != nil || experiment.sweep?.criterion != .validationLoss else {
      throw Problem(
        .usage, at: experiment.source.path,
        "the sweep selects by validation loss, but \(run.detector.name) rebuilds no images",
        hint: "choose another 'sweep.choose_by'")
    }
    var training = RunTraining(
      identified.identifier, detector: detector,
      book: EvaluationBook(run, identified.evaluations, test: test, isAnomalous: split.testIsAnomalous),
      validation: validationLoss,
      machine: .current(context, engine: engine))
    try resume(&training)
    do {
      let normalScores = try finish(&training, on: train, validation)
      let headline = training.book.scores[0].values(at: run.evaluation.epoch)
      try TrainingVerdict.requireDistinct(scores: headline, of: run.detector)
      return try RunResult(
        of: identified, detector, on: dataset, split, test: test, history: training.history,
        provenance: training.provenance, normalScores: normalScores)
    } catch {
      throw RunFailure(error, lastGoodEpoch: training.finishedEpochs) ?? error
    }
  }

  /// Trains and evaluates the remaining epochs.
  ///
  /// - Returns: the scores of the normals held out of training.
  private func finish(
    _ training: inout RunTraining, on images: ImageSelection, _ validation: ImageSelection
  ) throws -> [String: [Float]] {
    let checkpoints = CheckpointKeeper(path: files.checkpoint, interval: options.checkpointInterval)
    let weights = WeightsKeeper(identified, files: files, kept: options.keptWeights)
    do {
      while !training.isFinished {
        let epoch = training.epoch
        if !training.awaitsEvaluation { try train(&training, on: images, checkpoints) }
        try training.evaluate(requireNotStopped: options.requireNotStopped)
        try weights.afterEpoch(training)
        if options.showsEpochs { try listener(.epochEvaluated(EpochDetails(training))) }
        try listener(
          .epochFinished(epoch: epoch, auroc: training.book.scores[0].measures[epoch - 1].auroc))
        try checkpoints.afterEpoch(training)
      }
      return try training.detector.normalScores(
        of: validation, requireNotStopped: options.requireNotStopped)
    } catch let problem as Problem where problem.kind.isStop {
      try checkpoints.write(training)
      throw problem
    }
  }

  /// Trains an epoch, or the rest of it.
  private func train(
    _ training: inout RunTraining, on images: ImageSelection, _ checkpoints: CheckpointKeeper
  ) throws {
    let taken = try training.begin(on: images)
    try training.evaluateWithinEpoch(afterStep: taken, requireNotStopped: options.requireNotStopped)
    while true {
      switch try training.advance() {
      case .part: break
      case .step(let step):
        try listener(.step(step, epoch: training.epoch))
        try training.evaluateWithinEpoch(afterStep: step.step, requireNotStopped: options.requireNotStopped)
        try checkpoints.afterStep(training)
      case .epochEnd: return
      }
      try options.requireNotStopped()
    }
  }

  /// Resumes from the stored checkpoint, if any; an unusable one is moved aside. A checkpoint of the same run in an
  /// earlier version's file is resumed as well.
  private func resume(_ training: inout RunTraining) throws {
    let path = files.storedCheckpoint
    let identifier = path == files.checkpoint ? identified.identifier : identified.earlierIdentifier
    do {
      guard let checkpoint = try CheckpointFile.read(path, of: run, identifier: identifier) else { return }
      let step = try training.restore(checkpoint)
      try listener(.runResumed(identified, finishedEpochs: training.finishedEpochs, step: step))
    } catch var problem as Problem where problem.kind == .badData {
      problem.place = problem.place.hasPrefix(path) ? problem.place : path
      problem.hint = "the run restarts; the checkpoint is now \(try CheckpointFile.setAside(path))"
      try listener(.checkpointSetAside(identified, problem))
    }
  }
}
