import Kernels
import Randomness

/// Dropout (Srivastava et al. 2014) for training: zeroes each value with probability `rate` and divides the others by
/// 1 − rate, so that inference needs no correction.
///
/// The mask is kept apart, so that forward and backward passes share it: target = source·mask in both directions
/// (`Engine.multiply`).
public struct Dropout: Hashable, Sendable {
  /// Probability of dropping a value.
  public let rate: Double

  /// - Precondition: 0 ≤ rate < 1.
  public init(rate: Double) {
    precondition(rate >= 0 && rate < 1, "a dropout rate of \(rate)")
    self.rate = rate
  }

  /// Fills the mask of a batch with 0 and 1/(1 − rate).
  ///
  /// Each value consumes one random bit for a rate of one half, otherwise 16, which meets the rate to within 2⁻¹⁷.
  ///
  /// - Parameters:
  ///   - count: values per image.
  ///   - stream: named by epoch, step and layer, so that a resumed run draws the same mask.
  public func draw(
    _ mask: FloatBuffer, layout: BatchLayout, count: Int, from stream: inout RandomStream
  ) {
    let total = layout.count(perImage: count)
    precondition(mask.count >= total, "a mask of \(mask.count) numbers for \(total)")
    if rate == 0.5 {
      fill(mask, total, bits: 1, from: &stream)
    } else {
      fill(mask, total, bits: 16, from: &stream)
    }
  }

  /// - Parameter bits: random bits per value; a constant at each call site, so that the loops are unrolled.
  @inline(__always)
  private func fill(
    _ mask: FloatBuffer, _ total: Int, bits: UInt32, from stream: inout RandomStream
  ) {
    let kept = Float(1 / (1 - rate))
    let range = UInt32(1) << bits
    let threshold = UInt32((rate * Double(range)).rounded())
    let perWord = 32 / Int(bits)
    var index = 0
    while index + perWord <= total {
      let word = stream.nextWord()
      for place in 0..<perWord {
        mask[index + place] = (word >> (UInt32(place) &* bits)) & (range - 1) < threshold ? 0 : kept
      }
      index += perWord
    }
    guard index < total else { return }
    var word = stream.nextWord()
    for rest in index..<total {
      mask[rest] = word & (range - 1) < threshold ? 0 : kept
      word >>= bits
    }
  }
}
