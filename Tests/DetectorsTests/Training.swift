import Images
import Kernels

@testable import Detectors

extension SetUpDetector {
  init(image: ImageShape, settings: Settings, seed: UInt64 = 0, context: ComputeContext) {
    self.init(DetectorSetup(image: image, settings: settings, seed: seed, context: context))
  }
}

extension AnomalyDetector {
  /// Trains for one epoch, or what is left of it, and hands over each step's report.
  @discardableResult
  func train(
    epoch: Int, on images: ImageSelection, afterStep: (StepReport) throws -> Void = { _ in }
  ) throws -> EpochReport {
    try begin(epoch: epoch, on: images)
    while true {
      switch try advance() {
      case .part: break
      case .step(let report): try afterStep(report)
      case .epochEnd(let report): return report
      }
    }
  }
}

extension Resumable {
  /// Trains from the first epoch and stops after so many steps, counted over all epochs.
  ///
  /// - Returns: the epoch that was in progress.
  func train(steps: Int, on images: ImageSelection) throws -> Int {
    var (epoch, taken) = (1, 0)
    try begin(epoch: epoch, on: images)
    while taken < steps {
      switch try advance() {
      case .part: break
      case .step: taken += 1
      case .epochEnd:
        epoch += 1
        try begin(epoch: epoch, on: images)
      }
    }
    return epoch
  }
}

extension GANomaly {
  var inspection: GANomalyInspection { GANomalyInspection(self) }
}

extension Scoring {
  /// Asks for pieces until all images are scored; returns how many there were.
  func finish() -> Int {
    var pieces = 0
    while !isFinished {
      advance()
      pieces += 1
    }
    return pieces
  }
}
