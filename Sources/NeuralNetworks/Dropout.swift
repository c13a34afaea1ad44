import Kernels
import Randomness

/// Dropout (Srivastava et al. 2014) in training: each number is dropped with probability `rate`, and the others are
/// divided by 1 − rate, so that nothing needs to be done when scoring.
///
/// The mask is a value of its own, so that forward and backward use the same one: target = source·mask in both
/// directions (`Elementwise.multiply`).
public struct Dropout: Hashable, Sendable {
  public let rate: Double

  /// - Precondition: 0 ≤ rate < 1.
  public init(rate: Double) {
    precondition(rate >= 0 && rate < 1, "a dropout rate of \(rate)")
    self.rate = rate
  }

  /// Overwrites the mask of a batch by 0 and 1/(1 − rate).
  ///
  /// - Parameters:
  ///   - count: numbers of one image.
  ///   - stream: one that is named by epoch, step and layer, so that a resumed training draws the same mask.
  public func draw(
    _ mask: FloatBuffer, layout: BatchLayout, count: Int, from stream: inout RandomStream
  ) {
    let total = layout.count(perImage: count)
    precondition(mask.count >= total, "a mask of \(mask.count) numbers for \(total)")
    let kept = Float(1 / (1 - rate))
    for index in 0..<total { mask.pointer[index] = stream.nextUniform() < rate ? 0 : kept }
  }
}
