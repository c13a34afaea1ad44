import Detectors
import Images
import Results

extension EpochDetails {
  /// The number of images shown, half of them normal.
  private static let shownImages = 8

  /// The details of the most recent epoch.
  init(_ training: RunTraining) {
    let (history, sample) = (training.history, training.book.sample)
    let epoch = history.evaluatedEpochs
    let scores = training.book.sampleScores
    let isEvaluated = !scores.isEmpty
    let images = sample.showcase(Self.shownImages)
    let detector = training.detector as? any Reconstructing
    let shape = images.store.shape
    self.init(
      epoch: epoch,
      losses: history.losses.compactMap { loss in loss.values.last.map { (name: loss.name, value: $0) } },
      evaluations: isEvaluated
        ? history.scores.compactMap { score in
          score.measures.last.map { (name: score.label, measures: $0) }
        } : [],
      validationLoss: history.validationLosses.last,
      normalScores: zip(scores, sample.isAnomalous).filter { !$1 }.map(\.0),
      anomalousScores: zip(scores, sample.isAnomalous).filter { $1 }.map(\.0),
      inputs: detector == nil ? [] : images.indices.flatMap { images.store[$0] },
      reconstructions: detector?.reconstruct(images).bytes ?? [],
      imageShape: [shape.channels, shape.height, shape.width])
  }
}
