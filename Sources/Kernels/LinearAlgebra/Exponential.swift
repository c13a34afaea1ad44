/// Sums of exponentials of distances, with a vectorized exponential accurate to 2 ulp of `Float`.
enum Exponential {
  /// eˣ for x ≤ 0; below −87 it returns e⁻⁸⁷, which is negligible beside 1.
  ///
  /// x = n·ln 2 + r with |r| ≤ ½ ln 2; a polynomial gives eʳ (Cephes' `expf`), and n goes into the exponent bits.
  @inline(__always)
  static func ofNegative(_ values: SIMD16<Float>) -> SIMD16<Float> {
    let lowest = SIMD16<Float>(repeating: -87)
    let x = values.replacing(with: lowest, where: values .< lowest)
    // Adding 1.5·2²³ rounds to an integer and leaves it in the low bits.
    let magic = SIMD16<Float>(repeating: 12_582_912)
    let shifted = magic.addingProduct(x, SIMD16(repeating: 1.442_695_04))
    let n = shifted - magic
    let high = x.addingProduct(n, SIMD16(repeating: -0.693_359_375))
    let r = high.addingProduct(n, SIMD16(repeating: 2.121_944_4e-4))
    var p = SIMD16<Float>(repeating: 1.987_569_1e-4)
    p = SIMD16(repeating: 1.398_199_9e-3).addingProduct(p, r)
    p = SIMD16(repeating: 8.333_451_9e-3).addingProduct(p, r)
    p = SIMD16(repeating: 4.166_579_6e-2).addingProduct(p, r)
    p = SIMD16(repeating: 1.666_666_5e-1).addingProduct(p, r)
    p = SIMD16(repeating: 0.5).addingProduct(p, r)
    p = (r + 1).addingProduct(p, r * r)
    let exponent =
      unsafeBitCast(shifted, to: SIMD16<Int32>.self) &- unsafeBitCast(magic, to: SIMD16<Int32>.self)
    let power = (exponent &+ 127) &<< 23
    return p * unsafeBitCast(power, to: SIMD16<Float>.self)
  }

  /// Σ wᵢ·exp(−(dᵢ − offset)·factor), summed in `Float` lanes over blocks of 1,024 elements, and in `Double` over the
  /// blocks.
  ///
  /// - Parameters:
  ///   - distances: each at least `offset`.
  ///   - weights: nil for all ones.
  ///   - factor: at least 0.
  static func sum(
    _ distances: UnsafePointer<Float>, count: Int, offset: Float = 0, factor: Float,
    weights: UnsafePointer<Float>? = nil
  ) -> Double {
    var total = 0.0
    var start = 0
    while start < count {
      let end = min(count, start + 1024)
      var sums = SIMD16<Float>()
      var index = start
      while index < end {
        let used = min(16, end - index)
        var distance = SIMD16<Float>(repeating: offset)
        var weight = SIMD16<Float>(repeating: 1)
        if used == 16 {
          distance = load(distances, index)
          if let weights { weight = load(weights, index) }
        } else {
          weight = SIMD16<Float>()
          for lane in 0..<used {
            distance[lane] = distances[index + lane]
            weight[lane] = weights?[index + lane] ?? 1
          }
        }
        sums.addProduct(weight, ofNegative((offset - distance) * factor))
        index += 16
      }
      for lane in 0..<16 { total += Double(sums[lane]) }
      start = end
    }
    return total
  }

  @inline(__always)
  private static func load(_ pointer: UnsafePointer<Float>, _ index: Int) -> SIMD16<Float> {
    UnsafeRawPointer(pointer + index).loadUnaligned(as: SIMD16<Float>.self)
  }
}
