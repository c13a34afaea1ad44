/// Finds each query's nearest references and their exact distances.
///
/// Candidates, a few more than needed, are chosen by the distances from matrix products. Their distances are then
/// recomputed from differences in `Double`, so that cancellation in the products affects neither the distances nor the
/// choice of neighbors.
public struct NearestRows: DistanceReader {
  /// Candidates kept beyond those needed.
  private static let spare = 8

  private let references: DistanceReferences
  private let neighbors: Int
  private let kept: Int
  private let squared: FloatBuffer
  private let positions: UnsafeMutablePointer<Int32>
  private let distances: FloatBuffer

  /// The mean Euclidean distance of each query to its `neighbors` nearest references.
  ///
  /// - Precondition: `neighbors` is at least 1 and at most the number of references.
  public static func meanDistances(
    from queries: some RowSource, to references: DistanceReferences, neighbors: Int, context: ComputeContext
  ) -> [Float] {
    precondition(
      (1...max(1, references.count)).contains(neighbors),
      "\(neighbors) neighbors among \(references.count)")
    let kept = min(references.count, neighbors + spare)
    let positions = UnsafeMutablePointer<Int32>.allocate(capacity: max(1, queries.count * kept))
    defer { positions.deallocate() }
    positions.initialize(repeating: 0, count: queries.count * kept)
    let reader = NearestRows(
      references: references, neighbors: neighbors, kept: kept,
      squared: FloatBuffer(count: queries.count * kept), positions: positions,
      distances: FloatBuffer(count: queries.count))
    reader.squared.fill(with: .infinity)
    references.visit(queries, with: reader, context: context)
    return reader.distances.array
  }

  func read(_ squared: UnsafePointer<Float>, queries: Range<Int>, references: Range<Int>) {
    for (row, query) in queries.enumerated() {
      let found = squared + row * references.count
      let best = self.squared.pointer + query * kept
      let places = positions + query * kept
      var worst = best[kept - 1]
      for reference in 0..<references.count where found[reference] < worst {
        insert(found[reference], Int32(references.lowerBound + reference), best, places)
        worst = best[kept - 1]
      }
    }
  }

  /// Inserts into lists sorted by distance, dropping the last element.
  private func insert(
    _ distance: Float, _ position: Int32, _ best: UnsafeMutablePointer<Float>,
    _ places: UnsafeMutablePointer<Int32>
  ) {
    var place = kept - 1
    while place > 0 && best[place - 1] > distance {
      best[place] = best[place - 1]
      places[place] = places[place - 1]
      place -= 1
    }
    best[place] = distance
    places[place] = position
  }

  func finish(queries: Range<Int>, rows: UnsafePointer<Float>) {
    let dimension = references.dimension
    for (row, query) in queries.enumerated() {
      let places = positions + query * kept
      let exact = (0..<kept).map { place in
        squaredDistance(
          rows + row * dimension, references.rows.pointer + Int(places[place]) * dimension, dimension)
      }.sorted()
      let sum = exact.prefix(neighbors).reduce(0) { $0 + $1.squareRoot() }
      distances[query] = Float(sum / Double(neighbors))
    }
  }

  private func squaredDistance(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Double {
    var sums = SIMD8<Double>()
    var index = 0
    while index + 8 <= count {
      var difference = SIMD8<Double>()
      for lane in 0..<8 { difference[lane] = Double(a[index + lane]) - Double(b[index + lane]) }
      sums.addProduct(difference, difference)
      index += 8
    }
    var sum = sums.sum()
    while index < count {
      let difference = Double(a[index]) - Double(b[index])
      sum += difference * difference
      index += 1
    }
    return sum
  }
}
