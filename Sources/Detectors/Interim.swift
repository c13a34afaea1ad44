import Images
import Settings

/// On the way to one `TrainedDetector`.
public protocol InterimTrained: AnomalyDetector {
  func interimAdvance() throws -> TrainingAdvance
  func interimScore(
    _ images: ImageSelection, batchNorm: BatchNormReading, batchSize: Int, beforeBatch: () throws -> Void
  ) rethrows -> Scores
}

extension InterimTrained {
  public func advance() throws -> TrainingAdvance { try interimAdvance() }
  public func evaluator(batchSize: Int) -> any Evaluator { InterimEvaluator(self, batchSize: batchSize) }
}

extension EpochCourse {
  func advance(_ step: (TrainingBatch) throws -> StepResult) throws -> TrainingAdvance {
    guard let batch = nextBatch() else { return .epochEnd(end()) }
    return .step(try record(try step(batch), of: batch))
  }
}

final class InterimEvaluator: Evaluator {
  let batchSize: Int
  private let detector: any InterimTrained
  private var batch: (ImageSelection, BatchNormReading)?

  init(_ detector: any InterimTrained, batchSize: Int) {
    self.detector = detector
    self.batchSize = batchSize
  }

  func load(_ indices: ArraySlice<Int>, of images: ImageSelection, batchNorm: BatchNormReading) {
    batch = (ImageSelection(images.store, indices: Array(indices), scale: images.scale), batchNorm)
  }

  func advance() -> Scores? {
    guard let (images, batchNorm) = batch else { return nil }
    return detector.interimScore(images, batchNorm: batchNorm, batchSize: batchSize, beforeBatch: {})
  }
}
