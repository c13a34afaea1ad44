import Foundation
import Kernels
import Settings

/// The likelihood p(x | z) of an image given the decoder's output: one logit per pixel for Bernoulli; a mean and a
/// number s per pixel for Gaussian, with variance floor + eˢ.
///
/// Batches are in the kernels' layout: the logits or means of all pixels, then all s.
struct PixelModel {
  let likelihood: PixelLikelihood
  let varianceFloor: Float
  /// Values per image.
  let pixels: Int

  /// Decoder outputs per image.
  var outputs: Int { likelihood == .gaussian ? 2 * pixels : pixels }

  /// log p(x | z) for each image of a batch.
  func logLikelihoods(_ x: FloatBuffer, _ decoded: FloatBuffer, layout: BatchLayout) -> [Double] {
    var sums = [Double](repeating: 0, count: layout.images)
    layout.forEachNumber(pixels) { pixel in
      let value = x[pixel.place(in: pixels)]
      switch likelihood {
      case .bernoulli:
        // log p = x·a − log(1 + eᵃ)
        let logit = decoded[first(pixel)]
        sums[pixel.image] += Double(value * logit - (max(logit, 0) + log1pf(expf(-abs(logit)))))
      case .gaussian:
        // log p = −½ (log 2πv + (x − μ)²/v)
        let variance = varianceFloor + expf(decoded[second(pixel)])
        let distance = value - decoded[first(pixel)]
        sums[pixel.image] -= Double(0.5 * (logf(2 * .pi * variance) + distance * distance / variance))
      }
    }
    return sums
  }

  /// Overwrites `gradient` with that of the batch mean of −log p(x | z) with respect to the decoder's output.
  func gradient(
    _ gradient: FloatBuffer, _ x: FloatBuffer, _ decoded: FloatBuffer, layout: BatchLayout
  ) {
    let factor = 1 / Float(layout.images)
    if layout.isPadded { gradient.fill(with: 0) }
    layout.forEachNumber(pixels) { pixel in
      let value = x[pixel.place(in: pixels)]
      switch likelihood {
      case .bernoulli:
        let first = first(pixel)
        gradient[first] = (sigmoid(decoded[first]) - value) * factor
      case .gaussian:
        let (first, second) = (first(pixel), second(pixel))
        let spread = expf(decoded[second])
        let variance = varianceFloor + spread
        let distance = decoded[first] - value
        gradient[first] = distance / variance * factor
        gradient[second] =
          0.5 * spread / variance * (1 - distance * distance / variance) * factor
      }
    }
  }

  /// The expected images, image by image.
  func means(_ decoded: FloatBuffer, layout: BatchLayout) -> [Float] {
    var means = [Float](repeating: 0, count: layout.images * pixels)
    layout.forEachNumber(pixels) { pixel in
      let value = decoded[first(pixel)]
      means[pixel.image * pixels + pixel.index] = likelihood == .bernoulli ? sigmoid(value) : value
    }
    return means
  }

  private func sigmoid(_ value: Float) -> Float { 1 / (1 + expf(-value)) }

  /// Where the decoder's outputs for a pixel lie: the logit or mean, and below, s.
  @inline(__always)
  private func first(_ pixel: BatchLayout.Position) -> Int { pixel.place(in: outputs) }

  @inline(__always)
  private func second(_ pixel: BatchLayout.Position) -> Int { pixel.place(in: outputs, after: pixels) }
}
