import Detectors
import Settings

/// Decides whether training has diverged or collapsed.
enum TrainingVerdict {
  /// The largest loss that training can follow: √(largest Float), about 1.8e19.
  ///
  /// Adam keeps squared gradients. Anything larger overflows when squared in single precision, and no step follows a
  /// gradient any more. Sane losses are far below: pixels and scores lie within a few units, and even a loss weight of
  /// a million leaves thirteen orders of magnitude.
  static let largestLoss = Double(Float.greatestFiniteMagnitude).squareRoot()

  /// - Throws: `diverged` if a loss is not finite or exceeds `largestLoss`.
  static func requireSane(losses: [(name: String, value: Double)]) throws(TrainingFailure) {
    let hint = "a smaller learning rate may help"
    for (name, value) in losses {
      if !value.isFinite {
        throw TrainingFailure(
          .diverged, "training diverged: the \(name) loss is \(value)", hint: hint)
      }
      if abs(value) > largestLoss {
        throw TrainingFailure(
          .diverged,
          "training diverged: the \(name) loss of \(value) is beyond what single precision can follow",
          hint: hint)
      }
    }
  }

  /// Checks that a trained network's scores are not all equal. A detector fitted in a single step has no training to
  /// collapse: its scores stand, even if they are all equal.
  ///
  /// - Parameter scores: the headline scores of the whole test set.
  /// - Throws: `collapsed` if all scores are equal.
  static func requireDistinct(scores: [Float], of detector: DetectorSettings) throws(TrainingFailure) {
    guard detector.record is any EpochTrainedRecord, let first = scores.first, scores.count > 1,
      scores.allSatisfy({ $0 == first })
    else { return }
    throw TrainingFailure(
      .collapsed, "training collapsed: the score of every test image is \(first)",
      hint: "a smaller learning rate may help")
  }
}
