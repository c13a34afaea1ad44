import Foundation
import Kernels

/// The approximate posterior q(z | x) = N(μ, σ²) that the encoder gives as μ, then log σ², and its draws.
///
/// Batches lie in the kernels' layout.
struct LatentModel {
  let size: Int

  /// KL(q(z | x) ‖ N(0, 1)) = ½ Σ (μ² + σ² − log σ² − 1) of each image of a batch.
  func divergences(_ encoded: FloatBuffer, layout: BatchLayout) -> [Double] {
    var sums = [Double](repeating: 0, count: layout.images)
    forEachNumber(layout) { image, _, mean, logVariance in
      let (m, s) = (encoded.pointer[mean], encoded.pointer[logVariance])
      sums[image] += Double(0.5 * (m * m + expf(s) - s - 1))
    }
    return sums
  }

  /// z = μ + σ·ε; overwrites `z`.
  func draw(_ z: FloatBuffer, _ encoded: FloatBuffer, noise: FloatBuffer, layout: BatchLayout) {
    if layout.isPadded { z.fill(with: 0) }
    forEachNumber(layout) { _, place, mean, logVariance in
      let deviation = expf(0.5 * encoded.pointer[logVariance])
      z.pointer[place] = encoded.pointer[mean] + deviation * noise.pointer[place]
    }
  }

  /// The gradient of the batch's mean of KL + f(z) with respect to what the encoder gave, where `latentGradient` is
  /// that of the mean of f; overwrites `gradient`.
  ///
  ///     ∂/∂μ = ∂f/∂z + μ/n     ∂/∂(log σ²) = ∂f/∂z·ε·σ/2 + (σ² − 1)/2n
  func gradient(
    _ gradient: FloatBuffer, _ encoded: FloatBuffer, noise: FloatBuffer, latentGradient: FloatBuffer,
    layout: BatchLayout
  ) {
    let factor = 1 / Float(layout.images)
    if layout.isPadded { gradient.fill(with: 0) }
    forEachNumber(layout) { _, place, mean, logVariance in
      let deviation = expf(0.5 * encoded.pointer[logVariance])
      let slope = latentGradient.pointer[place]
      gradient.pointer[mean] = slope + encoded.pointer[mean] * factor
      gradient.pointer[logVariance] =
        0.5 * (slope * noise.pointer[place] * deviation + (deviation * deviation - 1) * factor)
    }
  }

  /// Words of a stream that the noise for one image takes.
  var wordsPerDraw: Int { (size + 1) / 2 * 2 }

  /// Calls `body` with each image, where each number of its z lies, and where that number's μ and log σ².
  @inline(__always)
  private func forEachNumber(
    _ layout: BatchLayout, _ body: (_ image: Int, _ place: Int, _ mean: Int, _ logVariance: Int) -> Void
  ) {
    let lanes = layout.lanes
    for group in 0..<layout.groups {
      let used = min(lanes, layout.images - group * lanes)
      let start = group * size * lanes
      for index in 0..<size {
        for lane in 0..<used {
          let place = index * lanes + lane
          body(group * lanes + lane, start + place, 2 * start + place, 2 * start + size * lanes + place)
        }
      }
    }
  }
}
