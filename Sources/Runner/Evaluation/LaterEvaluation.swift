import Datasets
import Detectors
import Diagnostics
import Images
import Kernels
import Results
import Settings
import Specs

/// Evaluates a finished run in further ways, from its kept weights and without training. Each epoch with kept weights
/// gives bit for bit what it would have given during training.
struct LaterEvaluation {
  let identified: IdentifiedRun
  let experiment: Experiment
  let dataset: Dataset
  let context: ComputeContext
  let options: RunnerOptions
  let files: RunPaths
  let makeDetector: DetectorFactory

  /// Adds the missing evaluations to the run's file.
  ///
  /// - Returns: the updated record.
  /// - Throws: `Problem` if weights or the run's file cannot be read, or a stop is requested.
  func evaluate(_ lacking: [Evaluation]) throws -> RunRecord {
    let path = files.storedRun
    var record = try RunFile.record(at: path, identifier: identified.identifier)
    let run = identified.run
    let split = try run.split(dataset, spec: experiment.source.path)
    let test = ImageSelection(
      dataset.images, indices: split.test, scale: PixelScale(run.evaluation.inputRange))
    let detector = makeDetector(run, dataset.images.shape, context)
    var book = EvaluationBook(run, lacking, test: test, isAnomalous: split.testIsAnomalous)
    let epochs = record.history.evaluatedEpochs
    let kept = try WeightsFile.epochs(beside: files.run)
    var isComplete = true
    for epoch in 1...max(1, epochs) {
      let isLast = epoch == epochs
      guard isLast || kept.contains(epoch) else {
        isComplete = isComplete && !run.detector.isReadEveryEpoch
        book.skipEpoch()
        continue
      }
      if isLast {
        try detector.load(RunFile.weights(in: path), from: path)
      } else {
        try load(epoch: epoch, into: detector)
      }
      try book.evaluate(detector, isLast: isLast, requireNotStopped: options.requireNotStopped)
    }
    if !isComplete { book.forgetBest() }
    let keys = Set(book.scores.map(\.key))
    record.history.scores = record.history.scores.filter { !keys.contains($0.key) } + book.scores
    try RunFile.replace(path, by: record, at: files.run)
    return record
  }

  /// Loads the weights of an epoch before the last.
  private func load(epoch: Int, into detector: any AnomalyDetector) throws {
    try detector.load(
      WeightsFile.read(identifier: identified.identifier, epoch: epoch, beside: files.run),
      from: WeightsFile.path(of: files.run, epoch: epoch))
  }
}
