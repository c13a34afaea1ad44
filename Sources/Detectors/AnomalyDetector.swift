import Diagnostics
import Images
import Settings

/// What one epoch of training left behind.
public struct EpochReport: Sendable, Equatable {
  /// The mean of each loss term over the epoch's steps, in the order in which they are shown.
  public var losses: [(name: String, value: Double)]
  /// Training images that were used.
  public var images: Int
  /// Events worth a note in the result, such as how often the discriminator was drawn anew.
  public var redraws: Int

  public static func == (a: EpochReport, b: EpochReport) -> Bool {
    a.images == b.images && a.redraws == b.redraws && a.losses.map(\.name) == b.losses.map(\.name)
      && a.losses.map(\.value) == b.losses.map(\.value)
  }
}

/// Where training stands within an epoch.
///
/// Made after every step, so it allocates nothing: the list of losses is made for whoever asks for it.
public struct StepReport: Sendable {
  public var step: Int
  public var steps: Int
  /// Training images used in this epoch so far.
  public var images: Int
  private let lossNames: [String]
  private let lossValues: SIMD8<Double>

  /// - Parameters:
  ///   - lossNames: of the detector's loss terms, at most 8; the same array at every step.
  ///   - lossValues: this step's.
  public init(step: Int, steps: Int, images: Int, lossNames: [String], lossValues: SIMD8<Double>) {
    precondition(lossNames.count <= SIMD8<Double>.scalarCount, "\(lossNames.count) loss terms")
    self.step = step
    self.steps = steps
    self.images = images
    self.lossNames = lossNames
    self.lossValues = lossValues
  }

  /// Of a report that came from elsewhere.
  public init(step: Int, steps: Int, images: Int, losses: [(name: String, value: Double)]) {
    var values = SIMD8<Double>()
    for (index, loss) in losses.prefix(values.scalarCount).enumerated() { values[index] = loss.value }
    self.init(
      step: step, steps: steps, images: images,
      lossNames: losses.prefix(values.scalarCount).map(\.name), lossValues: values)
  }

  /// This step's loss terms.
  public var losses: [(name: String, value: Double)] {
    lossNames.enumerated().map { index, name in (name, lossValues[index]) }
  }
}

/// Scores of samples, one array for each of the detector's ways of scoring, by the names that its settings give.
public struct Scores: Sendable, Equatable {
  public var byName: [String: [Float]]

  public init(_ byName: [String: [Float]]) { self.byName = byName }
}

/// A named array of numbers that a trained detector consists of.
public struct NamedTensor: Sendable, Equatable {
  public let name: String
  public let shape: [Int]
  public let values: [Float]

  public init(name: String, shape: [Int], values: [Float]) {
    self.name = name
    self.shape = shape
    self.values = values
  }
}

/// Learns what normal images look like, then gives every image a score: the higher, the more anomalous.
///
/// A detector knows no spec, no file and no test set: the runner feeds it.
public protocol AnomalyDetector: AnyObject {
  /// Passes over the training images that `fit` wants.
  var epochs: Int { get }

  /// Trains for one epoch on normal images. `progress` is called after each step; what it throws ends the
  /// training there.
  ///
  /// - Throws: `TrainingFailure` when training has come to nothing, and what `progress` throws.
  func fit(epoch: Int, on images: ImageSelection, progress: (StepReport) throws -> Void) throws -> EpochReport

  /// Scores images in the order given.
  ///
  /// - Parameters:
  ///   - batchNorm: the statistics that batch norm uses.
  ///   - batchSize: images in a batch; with batch statistics a part of the protocol.
  ///   - beforeBatch: called before each batch; what it throws ends the scoring there.
  func score(
    _ images: ImageSelection, batchNorm: BatchNormReading, batchSize: Int, beforeBatch: () throws -> Void
  ) rethrows -> Scores

  /// Everything that training has changed and scoring needs.
  var weights: [NamedTensor] { get }

  /// Takes over the weights of a trained detector with the same settings.
  ///
  /// - Throws: `Problem` when a tensor is missing, unknown or of another shape; then nothing is changed.
  func load(weights: [NamedTensor]) throws(Problem)
}

extension AnomalyDetector {
  /// Scores images in the order given, without a pause.
  public func score(_ images: ImageSelection, batchNorm: BatchNormReading, batchSize: Int) -> Scores {
    score(images, batchNorm: batchNorm, batchSize: batchSize, beforeBatch: {})
  }
}

/// A detector that rebuilds an image from what it has learnt.
public protocol Reconstructing: AnomalyDetector {
  /// The images as the detector rebuilds them, in evaluation mode, as bytes in a store's order.
  func reconstruct(_ images: ImageSelection) -> ImageStore
}

/// A detector whose inner representation is worth looking at.
public protocol FeatureExtracting: AnomalyDetector {
  /// Numbers in one image's features.
  var featureCount: Int { get }

  /// One row of features for each image, in evaluation mode.
  func features(_ images: ImageSelection) -> [Float]
}
