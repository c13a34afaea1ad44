import Foundation
import Kernels
import Settings

/// The likelihood p(x | z) of an image under what the decoder says of its pixels: for the Bernoulli one logit a pixel,
/// for the Gaussian a mean and a number s a pixel, with the variance floor + eˢ.
///
/// Batches lie in the kernels' layout: pixel for pixel, then all the numbers s.
struct PixelModel {
  let likelihood: PixelLikelihood
  let varianceFloor: Float
  /// Numbers of one image.
  let pixels: Int

  /// Numbers that the decoder gives for an image.
  var outputs: Int { likelihood == .gaussian ? 2 * pixels : pixels }

  /// log p(x | z) of each image of a batch.
  func logLikelihoods(_ x: FloatBuffer, _ decoded: FloatBuffer, layout: BatchLayout) -> [Double] {
    var sums = [Double](repeating: 0, count: layout.images)
    forEachPixel(layout) { image, pixel, output in
      let value = x.pointer[pixel]
      switch likelihood {
      case .bernoulli:
        // log p = x·a − log(1 + eᵃ)
        let logit = decoded.pointer[output.first]
        sums[image] += Double(value * logit - (max(logit, 0) + log1pf(expf(-abs(logit)))))
      case .gaussian:
        // log p = −½ (log 2πv + (x − μ)²/v)
        let variance = varianceFloor + expf(decoded.pointer[output.second])
        let distance = value - decoded.pointer[output.first]
        sums[image] -= Double(0.5 * (logf(2 * .pi * variance) + distance * distance / variance))
      }
    }
    return sums
  }

  /// The gradient of the batch's mean of −log p(x | z) with respect to what the decoder gave; overwrites it.
  func gradient(
    _ gradient: FloatBuffer, _ x: FloatBuffer, _ decoded: FloatBuffer, layout: BatchLayout
  ) {
    let factor = 1 / Float(layout.images)
    if layout.isPadded { gradient.fill(with: 0) }
    forEachPixel(layout) { _, pixel, output in
      let value = x.pointer[pixel]
      switch likelihood {
      case .bernoulli:
        gradient.pointer[output.first] = (sigmoid(decoded.pointer[output.first]) - value) * factor
      case .gaussian:
        let spread = expf(decoded.pointer[output.second])
        let variance = varianceFloor + spread
        let distance = decoded.pointer[output.first] - value
        gradient.pointer[output.first] = distance / variance * factor
        gradient.pointer[output.second] =
          0.5 * spread / variance * (1 - distance * distance / variance) * factor
      }
    }
  }

  /// The expected image of a batch, image by image.
  func means(_ decoded: FloatBuffer, layout: BatchLayout) -> [Float] {
    var means = [Float](repeating: 0, count: layout.images * pixels)
    let lanes = layout.lanes
    forEachPixel(layout) { image, pixel, output in
      let position = image * pixels + (pixel - image / lanes * lanes * pixels) / lanes
      let value = decoded.pointer[output.first]
      means[position] = likelihood == .bernoulli ? sigmoid(value) : value
    }
    return means
  }

  private func sigmoid(_ value: Float) -> Float { 1 / (1 + expf(-value)) }

  /// Calls `body` with each image, where each of its pixels lies, and where the decoder's one or two numbers for it.
  @inline(__always)
  private func forEachPixel(
    _ layout: BatchLayout, _ body: (_ image: Int, _ pixel: Int, _ output: (first: Int, second: Int)) -> Void
  ) {
    let lanes = layout.lanes
    for group in 0..<layout.groups {
      let used = min(lanes, layout.images - group * lanes)
      let (pixel, output) = (group * pixels * lanes, group * outputs * lanes)
      for index in 0..<pixels {
        for lane in 0..<used {
          let place = index * lanes + lane
          body(group * lanes + lane, pixel + place, (output + place, output + pixels * lanes + place))
        }
      }
    }
  }
}
