/// Sums in a fixed order, regardless of the number of threads: 16 float lanes within blocks of 1,024 elements, then the
/// blocks in double.
@inline(__always)
private func blockedSum(
  _ count: Int, lanes: (Int) -> SIMD16<Float>, single: (Int) -> Float
) -> Double {
  var total = 0.0
  var start = 0
  while start < count {
    let end = min(count, start + 1024)
    var sum = SIMD16<Float>()
    var index = start
    while index + 16 <= end {
      sum += lanes(index)
      index += 16
    }
    var rest: Float = 0
    while index < end {
      rest += single(index)
      index += 1
    }
    var block = Double(rest)
    for lane in 0..<16 { block += Double(sum[lane]) }
    total += block
    start = end
  }
  return total
}

@inline(__always)
private func load(_ pointer: UnsafePointer<Float>, _ index: Int) -> SIMD16<Float> {
  UnsafeRawPointer(pointer + index).loadUnaligned(as: SIMD16<Float>.self)
}

enum Reduction {
  /// Σ a
  static func sum(_ a: UnsafePointer<Float>, count: Int) -> Double {
    blockedSum(count, lanes: { load(a, $0) }, single: { a[$0] })
  }

  /// Σ a over the lanes whose mask is 1; the other lanes have mask 0.
  static func sum(_ a: UnsafePointer<Float>, mask: SIMD16<Float>, count: Int) -> Double {
    blockedSum(count, lanes: { load(a, $0) * mask }, single: { a[$0] })
  }

  /// Σ (a − mean)² over the lanes whose mask is 1; the other lanes have mask 0.
  static func squaredDeviations(
    _ a: UnsafePointer<Float>, from mean: Float, mask: SIMD16<Float>, count: Int
  ) -> Double {
    blockedSum(
      count,
      lanes: { index in
        let deviation = (load(a, index) - mean) * mask
        return deviation * deviation
      },
      single: { (a[$0] - mean) * (a[$0] - mean) })
  }

  /// Σ a·(b − mean)
  static func productWithDeviations(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, from mean: Float, count: Int
  ) -> Double {
    blockedSum(
      count, lanes: { load(a, $0) * (load(b, $0) - mean) }, single: { a[$0] * (b[$0] - mean) })
  }

  /// Σ a·b
  static func dotProduct(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Float {
    Float(blockedSum(count, lanes: { load(a, $0) * load(b, $0) }, single: { a[$0] * b[$0] }))
  }

  /// Σ (a − b)²
  static func squaredDifferences(
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
  static func absoluteDifferences(
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

extension Reduction {
  /// Mean of (a − b)² over two batches of `count` values per image, excluding padded lanes.
  static func meanSquaredDifference(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, layout: BatchLayout, count: Int
  ) -> Double {
    mean(a, b, layout, count, whole: squaredDifferences) { Double(($0 - $1) * ($0 - $1)) }
  }

  /// Mean of |a − b| over two batches of `count` values per image, excluding padded lanes.
  static func meanAbsoluteDifference(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, layout: BatchLayout, count: Int
  ) -> Double {
    mean(a, b, layout, count, whole: absoluteDifferences) { Double(abs($0 - $1)) }
  }

  /// Sums full groups at once, and the used lanes of a padded group one by one.
  private static func mean(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ layout: BatchLayout, _ count: Int,
    whole: (UnsafePointer<Float>, UnsafePointer<Float>, Int) -> Double, single: (Float, Float) -> Double
  ) -> Double {
    let groupCount = layout.lanes * count
    var sum = 0.0
    for group in 0..<layout.groups {
      let (a, b) = (a + group * groupCount, b + group * groupCount)
      let used = layout.usedLanes(inGroup: group)
      if used == layout.lanes {
        sum += whole(a, b, groupCount)
      } else {
        for index in 0..<count {
          for lane in 0..<used {
            sum += single(a[index * layout.lanes + lane], b[index * layout.lanes + lane])
          }
        }
      }
    }
    return sum / Double(layout.images * count)
  }

  /// For each image, Σ |a − b| and Σ (a − b)² over its `count` values, summed sequentially, so that its sums do not
  /// depend on the rest of the batch.
  static func differenceSumsByImage(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, layout: BatchLayout, count: Int
  ) -> [(absolute: Double, squared: Double)] {
    let lanes = layout.lanes
    return (0..<layout.images).map { slot in
      let start = slot / lanes * lanes * count + slot % lanes
      var (absolute, squared) = (0.0, 0.0)
      for index in 0..<count {
        let difference = Double(a[start + index * lanes]) - Double(b[start + index * lanes])
        absolute += abs(difference)
        squared += difference * difference
      }
      return (absolute, squared)
    }
  }
}
