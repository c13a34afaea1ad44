import Diagnostics
import Images
import Kernels
import Settings

/// The mean Euclidean distance to the k nearest training images, by brute force.
///
/// Keeps the training images as 4-byte floats: 245 MB for 60,000 of 32×32.
typealias NearestNeighbors = FittedDetector<NearestNeighborsModel>

extension NearestNeighborsSettings: DetectorMaking { typealias Detector = NearestNeighbors }

struct NearestNeighborsModel: FittedModel {
  private let preparation: ImagePreparation
  private let references: DistanceReferences

  init(fitting images: ImageSelection, _ setup: DetectorSetup<NearestNeighborsSettings>) {
    preparation = ImagePreparation(fitting: images, setup.settings.preprocessing, context: setup.context)
    references = DistanceReferences(
      preparation.rows(of: images, context: setup.context), context: setup.context)
  }

  /// Always throws: a run file does not store the training images.
  init(_ tensors: StoredTensors, _ setup: DetectorSetup<NearestNeighborsSettings>) throws(Problem) {
    throw .keepsTrainingImages(NearestNeighborsSettings.detectorName)
  }

  /// None: scoring needs the training images themselves, which are not stored.
  var tensors: [NamedTensor] { [] }

  func scores(
    of images: ImageSelection, _ setup: DetectorSetup<NearestNeighborsSettings>
  ) -> [String: [Float]] {
    let distances = NearestRows.meanDistances(
      from: preparation.rows(of: images, context: setup.context), to: references,
      neighbors: setup.settings.neighbors, context: setup.context)
    return ["distance": distances]
  }
}
