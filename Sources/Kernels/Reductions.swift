/// Sums in a fixed order, whatever the number of threads: eight lanes in float over blocks of 1,024 elements,
/// the blocks in double.
@inline(__always)
private func blockedSum(
  _ count: Int, lanes: (Int) -> SIMD8<Float>, single: (Int) -> Float
) -> Double {
  var total = 0.0
  var start = 0
  while start < count {
    let end = min(count, start + 1024)
    var sum = SIMD8<Float>()
    var index = start
    while index + 8 <= end {
      sum += lanes(index)
      index += 8
    }
    var rest: Float = 0
    while index < end {
      rest += single(index)
      index += 1
    }
    var block = Double(rest)
    for lane in 0..<8 { block += Double(sum[lane]) }
    total += block
    start = end
  }
  return total
}

@inline(__always)
private func load(_ pointer: UnsafePointer<Float>, _ index: Int) -> SIMD8<Float> {
  UnsafeRawPointer(pointer + index).loadUnaligned(as: SIMD8<Float>.self)
}

public enum Reduction {
  /// Σ a
  public static func sum(_ a: UnsafePointer<Float>, count: Int) -> Double {
    blockedSum(count, lanes: { load(a, $0) }, single: { a[$0] })
  }

  /// Σ (a − mean)²
  public static func squaredDeviations(_ a: UnsafePointer<Float>, from mean: Float, count: Int) -> Double {
    blockedSum(
      count,
      lanes: { index in
        let deviation = load(a, index) - mean
        return deviation * deviation
      },
      single: { (a[$0] - mean) * (a[$0] - mean) })
  }

  /// Σ a·(b − mean)
  public static func productWithDeviations(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, from mean: Float, count: Int
  ) -> Double {
    blockedSum(
      count, lanes: { load(a, $0) * (load(b, $0) - mean) }, single: { a[$0] * (b[$0] - mean) })
  }

  /// Σ (a − b)²
  public static func squaredDifferences(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int
  ) -> Double {
    blockedSum(
      count,
      lanes: { index in
        let difference = load(a, index) - load(b, index)
        return difference * difference
      },
      single: { (a[$0] - b[$0]) * (a[$0] - b[$0]) })
  }

  /// Σ |a − b|
  public static func absoluteDifferences(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int
  ) -> Double {
    blockedSum(
      count,
      lanes: { index in
        let difference = load(a, index) - load(b, index)
        return difference.replacing(with: -difference, where: difference .< 0)
      },
      single: { abs(a[$0] - b[$0]) })
  }
}
