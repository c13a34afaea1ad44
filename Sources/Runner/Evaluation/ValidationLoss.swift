import Datasets
import Detectors
import Diagnostics
import Images

/// How badly a detector reconstructs normals it was not trained on: a criterion for sweeps that needs no labels.
///
/// The mean absolute difference between the bytes of an image and its reconstruction; 1 is the full range. It is
/// neither the anomaly score, which shrinks with the latent vectors whatever they encode, nor the generator's loss,
/// which scales with the weights of its terms: neither compares configurations that differ in these.
struct ValidationLoss {
  private let images: ImageSelection

  /// nil if no image is held out.
  init?(_ store: ImageStore, indices: [Int], scale: PixelScale) {
    guard !indices.isEmpty else { return nil }
    images = ImageSelection(store, indices: indices, scale: scale)
  }

  /// - Throws: `Problem` if the detector does not reconstruct images.
  func callAsFunction(_ detector: any AnomalyDetector) throws(Problem) -> Double {
    guard let detector = detector as? any Reconstructing else {
      throw Problem(
        .usage, "this detector rebuilds no images, so that it has no validation loss",
        hint: "write `protocol: {validation_fraction: 0}`")
    }
    let rebuilt = detector.reconstruct(images)
    var sum = 0
    for (position, index) in images.indices.enumerated() {
      for (byte, other) in zip(images.store[index], rebuilt[position]) { sum += abs(Int(byte) - Int(other)) }
    }
    return Double(sum) / Double(255 * images.count * images.store.shape.count)
  }
}
