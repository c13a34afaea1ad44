import Datasets
import Detectors
import Diagnostics
import Images

/// How badly a detector rebuilds normals that it has not trained on: what a sweep may choose on without labels.
///
/// The mean absolute difference between the images' bytes and their reconstructions', 1 for the whole range. Not
/// the anomaly score and not the generator's loss: the first shrinks with the latent vectors whatever they say, and
/// the second with the weights of its terms, so that neither compares configurations in which these differ.
struct ValidationLoss {
  private let images: ImageSelection

  /// nil where no image is held out.
  init?(_ store: ImageStore, indices: [Int], scale: PixelScale) {
    guard !indices.isEmpty else { return nil }
    images = ImageSelection(store, indices: indices, scale: scale)
  }

  /// - Throws: `Problem` for a detector that rebuilds no images.
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
