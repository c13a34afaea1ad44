import Foundation
import Kernels

/// The approximate posterior q(z | x) = N(μ, σ²) and sampling from it; the encoder outputs μ, then log σ².
///
/// Batches are in the kernels' layout.
struct LatentModel {
  let size: Int

  /// KL(q(z | x) ‖ N(0, 1)) = ½ Σ (μ² + σ² − log σ² − 1) for each image of a batch.
  func divergences(_ encoded: FloatBuffer, layout: BatchLayout) -> [Double] {
    var sums = [Double](repeating: 0, count: layout.images)
    layout.forEachNumber(size) { number in
      let (m, s) = (encoded[mean(number)], encoded[logVariance(number)])
      sums[number.image] += Double(0.5 * (m * m + expf(s) - s - 1))
    }
    return sums
  }

  /// Overwrites `z` with μ + σ·ε.
  func draw(_ z: FloatBuffer, _ encoded: FloatBuffer, noise: FloatBuffer, layout: BatchLayout) {
    if layout.isPadded { z.fill(with: 0) }
    layout.forEachNumber(size) { number in
      let (place, mean, logVariance) = (place(number), mean(number), logVariance(number))
      let deviation = expf(0.5 * encoded[logVariance])
      z[place] = encoded[mean] + deviation * noise[place]
    }
  }

  /// The gradient of the batch mean of KL + f(z) with respect to the encoder's output, given `latentGradient`, that of
  /// the mean of f with respect to z; overwrites `gradient`.
  ///
  ///     ∂/∂μ = ∂f/∂z + μ/n     ∂/∂(log σ²) = ∂f/∂z·ε·σ/2 + (σ² − 1)/2n
  func gradient(
    _ gradient: FloatBuffer, _ encoded: FloatBuffer, noise: FloatBuffer, latentGradient: FloatBuffer,
    layout: BatchLayout
  ) {
    let factor = 1 / Float(layout.images)
    if layout.isPadded { gradient.fill(with: 0) }
    layout.forEachNumber(size) { number in
      let (place, mean, logVariance) = (place(number), mean(number), logVariance(number))
      let deviation = expf(0.5 * encoded[logVariance])
      let slope = latentGradient[place]
      gradient[mean] = slope + encoded[mean] * factor
      gradient[logVariance] =
        0.5 * (slope * noise[place] * deviation + (deviation * deviation - 1) * factor)
    }
  }

  /// The number of random words that the noise for one image consumes.
  var wordsPerDraw: Int { (size + 1) / 2 * 2 }

  /// Where a coordinate of z lies, and below, its mean and log variance in the encoder's output.
  @inline(__always)
  private func place(_ number: BatchLayout.Position) -> Int { number.place(in: size) }

  @inline(__always)
  private func mean(_ number: BatchLayout.Position) -> Int { number.place(in: 2 * size) }

  @inline(__always)
  private func logVariance(_ number: BatchLayout.Position) -> Int { number.place(in: 2 * size, after: size) }
}
