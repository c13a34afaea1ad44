import Detectors
import Settings

/// Whether a training has come to nothing although every number of it is finite.
enum TrainingVerdict {
  /// The largest loss of a training that is one: √(largest Float), about 1.8e19.
  ///
  /// Adam keeps the squares of gradients. What is larger than this has no square in single precision, so that from
  /// here on no step follows a gradient any more. A sane loss is far away from it: pixels and scores lie within a few
  /// units, and a weight of a million still leaves thirteen orders of magnitude.
  static let largestLoss = Double(Float.greatestFiniteMagnitude).squareRoot()

  /// - Throws: `diverged` for a loss that is no number, or none that training can follow.
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

  /// Of a trained network, scores that are all the same say that it gives one answer to everything. What is fitted at
  /// once has no training to collapse: its scores are what the method says, also of images that are all the same.
  ///
  /// - Parameter scores: the headline's, of the whole test set.
  /// - Throws: `collapsed` where all of them are one number.
  static func requireDistinct(scores: [Float], of detector: DetectorSettings) throws(TrainingFailure) {
    guard detector.record is any EpochTrainedRecord, let first = scores.first, scores.count > 1,
      scores.allSatisfy({ $0 == first })
    else { return }
    throw TrainingFailure(
      .collapsed, "training collapsed: the score of every test image is \(first)",
      hint: "a smaller learning rate may help")
  }
}
