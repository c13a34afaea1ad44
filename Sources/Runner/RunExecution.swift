import Datasets
import Detectors
import Diagnostics
import Images
import Kernels
import Metrics
import Results
import Settings
import Specs

/// One run from split to record: train on the normals, score the test set after every epoch, measure.
struct RunExecution {
  let identified: IdentifiedRun
  let experiment: Experiment
  let dataset: Dataset
  let context: ComputeContext
  let options: RunnerOptions
  /// The run's checkpoint.
  let checkpointPath: String
  let makeDetector: DetectorFactory

  private var run: Run { identified.run }

  /// Begins anew, or continues from the checkpoint that is there.
  ///
  /// - Throws: `RunFailure` when the run itself has failed; `Problem` when it cannot go on for another reason,
  ///   with a checkpoint left behind when that is the wish to stop; what the listener throws.
  func callAsFunction(
    position: Int, of count: Int, _ listener: (RunnerEvent) throws -> Void
  ) throws -> RunRecord {
    let split = try run.split(dataset, spec: experiment.source.path)
    let scale = PixelScale(run.evaluation.inputRange)
    let train = ImageSelection(dataset.images, indices: split.train, scale: scale)
    let test = ImageSelection(dataset.images, indices: split.test, scale: scale)
    let detector = makeDetector(run, dataset.images.shape, context)
    let training = RunTraining(
      identified.identifier, detector: detector,
      book: ReadingBook(run, test: test, isAnomalous: split.testIsAnomalous),
      validation: ValidationLoss(dataset.images, indices: split.validation, scale: scale),
      machine: .current(context))
    try listener(
      .runStarted(
        identified, position: position, of: count, trainingImages: train.count, testImages: test.count,
        epochs: detector.epochs))
    try resume(training, listener)
    do {
      try finish(training, on: train, listener)
      try TrainingVerdict.requireDistinct(scores: training.book.headlineScores, of: run.detector)
      return try record(training, split: split, train: train, test: test)
    } catch {
      throw RunFailure(error, lastGoodEpoch: training.finishedEpochs) ?? error
    }
  }

  /// A checkpoint that cannot be used is moved out of the way.
  private func resume(_ training: RunTraining, _ listener: (RunnerEvent) throws -> Void) throws {
    do {
      guard let checkpoint = try CheckpointFile.read(checkpointPath, identifier: identified.identifier)
      else { return }
      let step = try training.restore(checkpoint)
      try listener(.runResumed(identified, finishedEpochs: training.finishedEpochs, step: step))
    } catch var problem as Problem where problem.kind == .badData {
      problem.place = problem.place.hasPrefix(checkpointPath) ? problem.place : checkpointPath
      problem.hint =
        "the run begins anew; the checkpoint is now \(try CheckpointFile.setAside(checkpointPath))"
      try listener(.checkpointSetAside(identified, problem))
    }
  }

  /// Trains and reads the epochs that are left.
  private func finish(
    _ training: RunTraining, on images: ImageSelection, _ listener: (RunnerEvent) throws -> Void
  ) throws {
    let keeper = CheckpointKeeper(path: checkpointPath, interval: options.checkpointInterval)
    do {
      while training.finishedEpochs < training.detector.epochs {
        let epoch = training.finishedEpochs + 1
        if !training.awaitsReading {
          try training.train(on: images) { step in
            try listener(.step(step, epoch: epoch))
            try keeper.afterStep(training)
            try options.requireNotStopped()
          }
        }
        try training.read(beforeBatch: options.requireNotStopped)
        if options.showsEpochs { try listener(.epochRead(EpochDetails(training))) }
        try listener(.epochFinished(epoch: epoch, auroc: training.book.headline.measures[epoch - 1].auroc))
        try keeper.afterEpoch(training)
      }
    } catch let problem as Problem where problem.kind.isStop {
      try keeper.write(training)
      throw problem
    }
  }

  private func record(
    _ training: RunTraining, split: Split, train: ImageSelection, test: ImageSelection
  ) throws -> RunRecord {
    let (detector, book) = (training.detector, training.book)
    let material = ReportMaterial(test: test, split: split, scores: book.headline.lastScores, seed: run.seed)
    return RunRecord(
      identifier: identified.identifier, run: run, resolvedSpec: resolvedSpec,
      dataFingerprint: dataset.fingerprint, provenance: training.provenance, trainingImages: train.count,
      samples: SampleRecord(
        index: split.test, isAnomalous: split.testIsAnomalous, classIndex: split.testClasses,
        classNames: dataset.classNames),
      history: training.history, headlineEpoch: book.headlineEpoch,
      rows: try rows(split, scores: book.headlineScores),
      imageShape: [dataset.images.shape.channels, dataset.images.shape.height, dataset.images.shape.width],
      galleries: material.galleries(detector), features: try material.features(detector),
      weights: detector.weights.map { WeightRecord(name: $0.name, shape: $0.shape, values: $0.values) })
  }

  /// A row for the class that is held out or normal; in an image folder one more for each kind of anomaly, against all normals.
  private func rows(_ split: Split, scores: [Float]) throws -> [RowRecord] {
    func row(_ name: String, _ isWanted: (Int) -> Bool) throws -> RowRecord {
      let samples = split.test.indices.filter(isWanted)
      let metrics = try DetectionMetrics(
        scores: samples.map { scores[$0] }, isAnomalous: samples.map { split.testIsAnomalous[$0] })
      return RowRecord(heldOut: name, measures: Measures(metrics))
    }
    let kinds = try dataset.anomalyClasses.map { kind in
      try row(dataset.classNames[kind]) { !split.testIsAnomalous[$0] || split.testClasses[$0] == kind }
    }
    return kinds + [try row(run.heldOut) { _ in true }]
  }

  /// The spec of this run alone.
  private var resolvedSpec: String {
    experiment.alone(run, holdsClassOut: dataset.anomalyClasses.isEmpty).resolvedYAML
  }
}
