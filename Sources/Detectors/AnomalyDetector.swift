import Diagnostics
import Images
import Settings

/// Learns what normal images look like, then scores any image: the higher the score, the more anomalous.
///
/// A detector knows nothing of specs, files or test sets, and it never calls back. Its caller asks for a step, or a few,
/// at a time; in between it can report, write a checkpoint or stop.
public protocol AnomalyDetector: AnyObject {
  /// Training epochs: passes over the training images.
  var epochs: Int { get }

  /// Begins an epoch of training on normal images, or continues one that a restored state left in the middle. Abandons
  /// any other epoch in progress.
  ///
  /// - Parameter epoch: from 1.
  /// - Throws: `Problem` when the detector cannot be trained on these images.
  func begin(epoch: Int, on images: ImageSelection) throws

  /// Takes the next step of the epoch, or the next few where a device would idle between them. How many makes no
  /// difference to any number.
  ///
  /// - Parameter steps: the most steps to take, at least 1.
  /// - Throws: `TrainingFailure` when training has failed, `Problem` when the images allow no fit.
  /// - Precondition: an epoch is in progress.
  func advance(atMost steps: Int) throws -> TrainingAdvance

  /// Makes an evaluator that scores batches with the current weights, in memory of its own.
  ///
  /// - Parameter batchSize: the maximum number of images per batch.
  func evaluator(batchSize: Int) -> any Evaluator

  /// All trained tensors that scoring needs.
  var weights: [NamedTensor] { get }

  /// Loads the weights of a trained detector with the same settings.
  ///
  /// - Throws: `Problem` when a tensor is missing, unknown or has the wrong shape; then nothing is changed.
  func load(weights: [NamedTensor]) throws(Problem)
}

extension AnomalyDetector {
  /// Takes as many of the next steps as suit the detector.
  public func advance() throws -> TrainingAdvance { try advance(atMost: .max) }
}

/// A detector that is fitted in one go.
public protocol FittedAtOnce: AnomalyDetector {
  /// The most bytes that a fit takes, besides the images and copies of them as floats.
  ///
  /// - Parameter images: the number of training images.
  func fittingBytes(images: Int) -> Int
}

/// A detector that reconstructs images.
public protocol Reconstructing: AnomalyDetector {
  /// Reconstructs images with running statistics; returns bytes in an image store's order.
  func reconstruct(_ images: ImageSelection) -> ImageStore
}

/// A detector with an internal representation worth inspecting.
public protocol FeatureExtracting: AnomalyDetector {
  /// The number of features of one image.
  var featureCount: Int { get }

  /// One row of `featureCount` features per image, computed with running statistics.
  func features(_ images: ImageSelection) -> [Float]
}
