import Detectors
import Images

/// How badly a detector reconstructs normals it was not trained on: a criterion for sweeps that needs no labels.
///
/// The mean absolute difference between the bytes of an image and its reconstruction; 1 is the full range. It is
/// neither the anomaly score, which shrinks with the latent vectors whatever they encode, nor the generator's loss,
/// which scales with the weights of its terms: neither compares configurations that differ in these.
struct ValidationLoss {
  private let detector: any Reconstructing
  private let images: ImageSelection

  /// nil if no image is held out, or the detector does not reconstruct images.
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
