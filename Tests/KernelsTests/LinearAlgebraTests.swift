import Diagnostics
import Foundation
import Randomness
import Testing

@testable import Kernels

/// Rows of numbers from N(0, 1), the same at every call.
private func normalRows(_ count: Int, _ dimension: Int, seed: UInt64 = 0) -> StoredRows {
  var stream = RandomStream(seed: seed, name: "rows")
  let values = (0..<count * dimension).map { _ in Float(stream.nextNormalPair().0) }
  return StoredRows(values, count: count, dimension: dimension)
}

private func squaredDistance(_ a: StoredRows, _ row: Int, _ b: StoredRows, _ other: Int) -> Double {
  (0..<a.dimension).reduce(0) { sum, column in
    let difference =
      Double(a.values[row * a.dimension + column]) - Double(b.values[other * b.dimension + column])
    return sum + difference * difference
  }
}

@Suite("Exponentials")
struct ExponentialTests {
  @Test("are within 2 units in the last place of the true ones")
  func accuracy() {
    var worst = 0.0
    for step in 0..<40_000 {
      let x = -Float(step) * 87 / 40_000
      let found = Exponential.ofNegative(SIMD16(repeating: x))[5]
      let exact = exp(Double(x))
      worst = max(worst, abs(Double(found) - exact) / Double(Float(exact).ulp))
    }
    #expect(worst < 2)
    #expect(Exponential.ofNegative(SIMD16(repeating: 0))[0] == 1)
    #expect(Exponential.ofNegative(SIMD16(repeating: -1e30))[0] < 2e-38)
  }

  @Test("are summed with their weights, whatever the count", arguments: [1, 15, 16, 17, 1024, 1025, 3000])
  func sums(count: Int) {
    let distances = (0..<count).map { Float(2 + Double($0 % 97) / 10) }
    let weights = (0..<count).map { Float($0 % 5) / 4 - 0.4 }
    let plain = Exponential.sum(distances, count: count, offset: 2, factor: 0.7)
    let weighted = Exponential.sum(distances, count: count, factor: 0.7, weights: weights)
    let exact = distances.reduce(0) { $0 + exp(-0.7 * (Double($1) - 2)) }
    let exactWeighted = zip(distances, weights).reduce(0) { $0 + Double($1.1) * exp(-0.7 * Double($1.0)) }
    #expect(abs(plain / exact - 1) < 1e-6)
    #expect(abs(weighted - exactWeighted) < 1e-6 * exact)
  }
}

@Suite("Distances between rows")
struct DistanceTests {
  /// More queries and references than one block holds.
  private let queries = normalRows(300, 19, seed: 1)
  private let references = normalRows(2500, 19)

  @Test("to the nearest are found among all")
  func nearest() {
    let context = ComputeContext(threads: 2)
    let found = NearestRows.meanDistances(
      from: queries, to: DistanceReferences(references, context: context), neighbors: 3, context: context)
    for query in stride(from: 0, to: 300, by: 7) {
      let distances = (0..<2500).map { squaredDistance(queries, query, references, $0).squareRoot() }
      let mean = distances.sorted().prefix(3).reduce(0, +) / 3
      #expect(abs(Double(found[query]) / mean - 1) < 1e-6)
    }
  }

  @Test("are 0 from a row to itself, however far the rows lie from the origin")
  func offset() {
    let rows = StoredRows(references.values.prefix(400 * 19).map { $0 + 5000 }, count: 400, dimension: 19)
    let context = ComputeContext(threads: 1)
    let found = NearestRows.meanDistances(
      from: rows, to: DistanceReferences(rows, context: context), neighbors: 1, context: context)
    #expect(found.allSatisfy { $0 == 0 })
  }

  @Test("as many neighbours as references are their mean")
  func all() {
    let context = ComputeContext(threads: 1)
    let few = references.selecting([3, 1000, 2000])
    let found = NearestRows.meanDistances(
      from: queries, to: DistanceReferences(few, context: context), neighbors: 3, context: context)
    let mean = (0..<3).reduce(0) { $0 + squaredDistance(queries, 5, few, $1).squareRoot() } / 3
    #expect(abs(Double(found[5]) / mean - 1) < 1e-6)
  }

  @Test("give the logarithm of a kernel's sum, also where each of its terms underflows")
  func kernelSums() {
    let context = ComputeContext(threads: 2)
    let bandwidths = [0.02, 0.5, 3]
    let found = LogKernelSums.logarithms(
      from: queries, to: DistanceReferences(references, context: context), bandwidths: bandwidths,
      context: context)
    for query in stride(from: 0, to: 300, by: 11) {
      let squared = (0..<2500).map { squaredDistance(queries, query, references, $0) }
      for (index, bandwidth) in bandwidths.enumerated() {
        let factor = 0.5 / (bandwidth * bandwidth)
        let nearest = squared.min() ?? 0
        let exact = log(squared.reduce(0) { $0 + exp((nearest - $1) * factor) }) - nearest * factor
        #expect(abs(found[query * 3 + index] - exact) < 1e-5 * max(1, abs(exact)))
      }
    }
  }

  @Test("give the sum of a radial basis function expansion")
  func radialBasis() {
    let context = ComputeContext(threads: 1)
    let weights = (0..<2500).map { Float($0 % 3) }
    let found = RadialBasisSums.values(
      at: queries, references: DistanceReferences(references, context: context), weights: weights,
      gamma: 0.05, context: context)
    for query in [0, 255, 256, 299] {
      let exact = (0..<2500).reduce(0) { sum, reference in
        sum + Double(weights[reference]) * exp(-0.05 * squaredDistance(queries, query, references, reference))
      }
      #expect(abs(found[query] / exact - 1) < 1e-5)
    }
  }
}

@Suite("Principal axes")
struct PrincipalAxesTests {
  /// Rows that vary by 1, 2, 3 … in as many directions, which are no columns.
  private func rows(_ count: Int, _ dimension: Int) -> StoredRows {
    let normal = normalRows(count, dimension)
    var mixed: [Float] = []
    for row in 0..<count {
      let values = (0..<dimension).map { Float($0 + 1) * normal.values[row * dimension + $0] + 10 }
      mixed += (0..<dimension).map { values[$0] + values[($0 + 1) % dimension] / 2 }
    }
    return StoredRows(mixed, count: count, dimension: dimension)
  }

  @Test("are orthonormal, and carry all the variance", arguments: [(700, 30), (30, 700)])
  func properties(count: Int, dimension: Int) throws {
    let context = ComputeContext(threads: 2)
    let rows = rows(count, dimension)
    let axes = try PrincipalAxes(of: rows, varianceShare: 1, context: context)
    #expect(axes.count == (count < dimension ? count - 1 : dimension), "centring takes a direction")
    let directions = axes.axes
    for first in 0..<axes.count {
      for second in 0...first {
        let product = (0..<dimension).reduce(0.0) {
          $0 + Double(directions[first * dimension + $1]) * Double(directions[second * dimension + $1])
        }
        #expect(abs(product - (first == second ? 1 : 0)) < 1e-6)
      }
    }
    #expect(axes.variances == axes.variances.sorted(by: >))
    let coordinates = axes.coordinates(of: rows, rows: 0..<count, context: context)
    for axis in 0..<axes.count {
      let squares = (0..<count).reduce(0.0) {
        $0 + coordinates[$1 * axes.count + axis] * coordinates[$1 * axes.count + axis]
      }
      #expect(abs(squares / Double(count) / axes.variances[axis] - 1) < 1e-5)
    }
    let points = axes.points(at: coordinates, rows: count, context: context)
    for index in 0..<count * dimension {
      #expect(abs(points[index] - Double(rows.values[index])) < 1e-3)
    }
  }

  @Test("of a share are the first of all, and the fewest that explain more than it")
  func share() throws {
    let context = ComputeContext(threads: 1)
    let rows = rows(500, 20)
    let all = try PrincipalAxes(of: rows, varianceShare: 1, context: context)
    let some = try PrincipalAxes(of: rows, varianceShare: 0.8, context: context)
    let total = all.variances.reduce(0, +)
    #expect(some.variances == Array(all.variances.prefix(some.count)))
    #expect(some.axes == Array(all.axes.prefix(some.count * 20)))
    #expect(some.variances.reduce(0, +) > 0.8 * total)
    #expect(some.variances.dropLast().reduce(0, +) <= 0.8 * total)
  }

  @Test("are the same bits on any number of threads, and from stored numbers")
  func determinism() throws {
    for (count, dimension) in [(900, 300), (200, 900)] {
      let rows = normalRows(count, dimension)
      let one = try PrincipalAxes(of: rows, varianceShare: 0.9, context: ComputeContext(threads: 1))
      let three = try PrincipalAxes(of: rows, varianceShare: 0.9, context: ComputeContext(threads: 3))
      #expect(one.axes == three.axes)
      #expect(one.variances == three.variances)
      let stored = PrincipalAxes(
        means: one.means, axes: one.axes, variances: one.variances.map { Float($0) })
      let context = ComputeContext(threads: 1)
      #expect(stored.project(rows, context: context).values == one.project(rows, context: context).values)
    }
  }

  @Test("of equal rows there are none")
  func equalRows() {
    let rows = StoredRows((0..<100).map { Float($0 % 10) * 0.1 }, count: 10, dimension: 10)
    #expect(throws: Problem.self) {
      try PrincipalAxes(of: rows, varianceShare: 0.9, context: ComputeContext(threads: 1))
    }
  }
}
