import Images
import Settings

// To be deleted with the last use: what drove detectors before they were asked for their steps.
extension AnomalyDetector {
  /// Trains for one epoch, or what is left of it; what `progress` throws ends the training there.
  public func fit(
    epoch: Int, on images: ImageSelection, progress: (StepReport) throws -> Void
  ) throws -> EpochReport {
    try begin(epoch: epoch, on: images)
    while true {
      switch try advance() {
      case .part: break
      case .step(let report): try progress(report)
      case .epochEnd(let report): return report
      }
    }
  }

  /// Scores images; what `beforeBatch` throws ends the scoring there.
  public func score(
    _ images: ImageSelection, batchNorm: BatchNormReading, batchSize: Int, beforeBatch: () throws -> Void
  ) rethrows -> Scores {
    let scoring = scoring(of: images, batchNorm: batchNorm, batchSize: batchSize)
    while !scoring.isFinished {
      try beforeBatch()
      scoring.advance()
    }
    return scoring.scores
  }
}
