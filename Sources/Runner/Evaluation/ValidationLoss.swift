import Detectors
import Images

/// How badly a detector rebuilds normals that it has not trained on: what a sweep may choose on without labels.
///
/// The mean absolute difference between the images' bytes and their reconstructions', 1 for the whole range. Not
/// the anomaly score and not the generator's loss: the first shrinks with the latent vectors whatever they say, and
/// the second with the weights of its terms, so that neither compares configurations in which these differ.
struct ValidationLoss {
  private let detector: any Reconstructing
  private let images: ImageSelection

  /// nil where no image is held out, and for a detector that rebuilds none.
  init?(_ detector: any AnomalyDetector, on images: ImageSelection) {
    guard images.count > 0, let detector = detector as? any Reconstructing else { return nil }
    self.detector = detector
    self.images = images
  }

  func callAsFunction() -> Double {
    let rebuilt = detector.reconstruct(images)
    var sum = 0
    for (position, index) in images.indices.enumerated() {
      for (byte, other) in zip(images.store[index], rebuilt[position]) { sum += abs(Int(byte) - Int(other)) }
    }
    return Double(sum) / Double(255 * images.count * images.store.shape.count)
  }
}
