import Diagnostics
import Images
import Kernels
import Settings

/// The mean Euclidean distance to the k nearest training images, found by measuring the distance to all.
///
/// Holds the training images as 4-byte numbers: 245 MB for 60,000 of 32×32.
public final class NearestNeighbours: FittedAtOnce {
  public var toFit: ImageSelection?
  public var count = 0
  /// What the training images left behind.
  private struct Model {
    let preparation: ImagePreparation
    let references: DistanceReferences
  }

  public let settings: NearestNeighboursSettings
  private let context: ComputeContext
  private var model: Model?

  public init(settings: NearestNeighboursSettings, context: ComputeContext) {
    self.settings = settings
    self.context = context
  }

  public func fit(on images: ImageSelection) throws(Problem) {
    let preparation = ImagePreparation(fitting: images, settings.preprocessing, context: context)
    model = Model(
      preparation: preparation,
      references: DistanceReferences(preparation.rows(of: images, context: context), context: context))
  }

  public func scores(of images: ImageSelection) -> [String: [Float]] {
    let model = fitted(model)
    let distances = NearestRows.meanDistances(
      from: model.preparation.rows(of: images, context: context), to: model.references,
      neighbours: settings.neighbours, context: context)
    return ["distance": distances]
  }

  /// None: what it would need are the training images.
  public var weights: [NamedTensor] { [] }

  /// Always throws: a run file does not hold the training images.
  public func load(weights: [NamedTensor]) throws(Problem) {
    throw .keepsTrainingImages(NearestNeighboursSettings.detectorName)
  }
}

extension NearestNeighboursSettings: DetectorMaking {
  public func makeDetector(
    image: ImageShape, scale: PixelScale, seed: UInt64, context: ComputeContext
  ) -> any AnomalyDetector {
    NearestNeighbours(settings: self, context: context)
  }
}
