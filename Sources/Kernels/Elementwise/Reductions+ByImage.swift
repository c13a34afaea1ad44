extension Reduction {
  /// For each image, Σ |a − b| over its `count` values.
  static func absoluteSumsByImage(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, layout: BatchLayout, count: Int
  ) -> [Double] {
    sumsByImage(layout, count) { abs(Double(a[$0]) - Double(b[$0])) }
  }

  /// For each image, Σ (a − b)² over its `count` values.
  static func squaredSumsByImage(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, layout: BatchLayout, count: Int
  ) -> [Double] {
    sumsByImage(layout, count) { index in
      let difference = Double(a[index]) - Double(b[index])
      return difference * difference
    }
  }

  /// Sums each image sequentially, so that its result does not depend on the rest of the batch.
  @inline(__always)
  private static func sumsByImage(_ layout: BatchLayout, _ count: Int, _ term: (Int) -> Double) -> [Double] {
    let lanes = layout.lanes
    return (0..<layout.images).map { slot in
      let start = slot / lanes * lanes * count + slot % lanes
      var sum = 0.0
      for index in 0..<count { sum += term(start + index * lanes) }
      return sum
    }
  }
}
