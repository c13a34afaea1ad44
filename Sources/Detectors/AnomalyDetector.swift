import Diagnostics
import Images
import Settings

/// Learns what normal images look like, then gives every image a score: the higher, the more anomalous.
///
/// A detector knows no spec, no file and no test set, and nothing calls back from it: whoever trains it asks for one
/// step after the other, and reports, keeps checkpoints and stops between two of them.
public protocol AnomalyDetector: AnyObject {
  /// Passes over the training images that training takes.
  var epochs: Int { get }

  /// Begins an epoch of training on normal images, or continues it where a restored state stands in its middle.
  /// Another epoch in progress is given up.
  ///
  /// - Parameter epoch: from 1.
  /// - Throws: `Problem` when these images allow no training.
  func begin(epoch: Int, on images: ImageSelection) throws

  /// Takes the next step of the epoch.
  ///
  /// - Throws: `TrainingFailure` when training has come to nothing, `Problem` when these images allow no fit.
  /// - Precondition: an epoch was begun and has not ended.
  func advance() throws -> TrainingAdvance

  /// What scores batches with the weights as they are now, in memory of its own.
  ///
  /// - Parameter batchSize: the most images in a batch.
  func evaluator(batchSize: Int) -> any Evaluator

  /// Everything that training has changed and scoring needs.
  var weights: [NamedTensor] { get }

  /// Takes over the weights of a trained detector with the same settings.
  ///
  /// - Throws: `Problem` when a tensor is missing, unknown or of another shape; then nothing is changed.
  func load(weights: [NamedTensor]) throws(Problem)
}

/// A detector that rebuilds an image from what it has learnt.
public protocol Reconstructing: AnomalyDetector {
  /// The images as the detector rebuilds them, with running statistics, as bytes in a store's order.
  func reconstruct(_ images: ImageSelection) -> ImageStore
}

/// A detector whose inner representation is worth looking at.
public protocol FeatureExtracting: AnomalyDetector {
  /// Numbers in one image's features.
  var featureCount: Int { get }

  /// One row of features for each image, with running statistics.
  func features(_ images: ImageSelection) -> [Float]
}
