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
  /// A number costs one random bit for a rate of one half, else 16: then the rate is met to within 2⁻¹⁷.
  ///
  /// - Parameters:
  ///   - count: numbers of one image.
  ///   - stream: one that is named by epoch, step and layer, so that a resumed training draws the same mask.
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

  /// - Parameter bits: of a word for each number; a constant where this is called, so that the loops are unrolled.
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
