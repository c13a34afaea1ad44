import CKernels
import Testing

@testable import Kernels

/// The matrices of F(4, 2) with the points 0, −1, 1/2, 2, ∞, written out.
private let inputMatrix: [[Double]] = [
  [1, -1.5, -1.5, 1, 0], [0, 1, -2.5, 1, 0], [0, -2, -1, 1, 0], [0, -0.5, 0.5, 1, 0], [0, 1, -1.5, -1.5, 1],
]
private let filterMatrix: [[Double]] = [
  [1, 0], [-2.0 / 9, 2.0 / 9], [-8.0 / 9, -4.0 / 9], [1.0 / 9, 2.0 / 9], [0, 1],
]
private let outputMatrix: [[Double]] = [
  [1, 1, 1, 1, 0], [0, -1, 0.5, 2, 0], [0, 1, 0.25, 4, 0], [0, -1, 0.125, 8, 1],
]

private func transposed(_ matrix: [[Double]]) -> [[Double]] {
  matrix[0].indices.map { column in matrix.map { $0[column] } }
}

private func product(_ matrix: [[Double]], _ vector: [Double]) -> [Double] {
  matrix.map { row in zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } }
}

private func product(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
  a.map { row in transposed(b).map { column in zip(row, column).reduce(0) { $0 + $1.0 * $1.1 } } }
}

/// The innermost loops of each instruction set that this processor has.
private var variants: [processor_kernels] {
  (0..<processor_kernels_count()).map { processor_kernels_at($0).pointee }
}

/// A transform of a square, on the numbers of one lane, by a kernel and by its matrix from both sides.
struct SquareTransform: Sendable, CustomTestStringConvertible {
  let name: String
  let matrix: [[Double]]
  /// Takes and gives `[row][column]` of one lane; the other lanes hold other numbers.
  let apply: @Sendable (processor_kernels, [[Float]], _ lane: Int) -> [[Float]]

  var testDescription: String { name }
  private static let pointStride = 64 + 16

  /// The 25 points of a tile, in one phase and lane.
  private static func points(_ buffer: FloatBuffer, _ at: Int) -> [[Float]] {
    (0..<5).map { row in (0..<5).map { buffer[(5 * row + $0) * pointStride + at] } }
  }

  private static func noise(_ count: Int) -> FloatBuffer { FloatBuffer(pseudorandom(count, salt: 99)) }

  private static var grid: tile_grid {
    tile_grid(rows: 1, columns: 1, tile_stride: 64, point_stride: pointStride)
  }

  static let all: [SquareTransform] = [
    SquareTransform(name: "V = Bᵀ d B", matrix: inputMatrix) { kernels, d, lane in
      let (plane, points) = (noise(100 * 16), noise(25 * pointStride))
      // The phase of odd rows and even columns.
      for row in 0..<5 {
        for column in 0..<5 { plane[((2 * row + 1) * 10 + 2 * column) * 16 + lane] = d[row][column] }
      }
      withUnsafePointer(to: grid) { kernels.high_to_points(points.pointer, plane.pointer, $0) }
      return Self.points(points, 2 * 16 + lane)
    },
    SquareTransform(name: "d = B e Bᵀ", matrix: transposed(inputMatrix)) { kernels, e, lane in
      let (plane, points) = (FloatBuffer(count: 100 * 16), noise(25 * pointStride))
      for row in 0..<5 {
        for column in 0..<5 { points[(5 * row + column) * pointStride + 2 * 16 + lane] = e[row][column] }
      }
      withUnsafePointer(to: grid) { kernels.points_to_high(plane.pointer, points.pointer, $0) }
      return (0..<5).map { row in (0..<5).map { plane[((2 * row + 1) * 10 + 2 * $0) * 16 + lane] } }
    },
    SquareTransform(name: "D = A y Aᵀ", matrix: transposed(outputMatrix)) { kernels, y, lane in
      let (plane, points) = (noise(16 * 16), noise(25 * pointStride))
      for row in 0..<4 { for column in 0..<4 { plane[(4 * row + column) * 16 + lane] = y[row][column] } }
      withUnsafePointer(to: grid) { kernels.low_to_points(points.pointer, plane.pointer, $0) }
      return Self.points(points, lane)
    },
    SquareTransform(name: "y = Aᵀ m A", matrix: outputMatrix) { kernels, m, lane in
      let (plane, points) = (noise(16 * 16), noise(25 * pointStride))
      for row in 0..<5 {
        for column in 0..<5 { points[(5 * row + column) * pointStride + lane] = m[row][column] }
      }
      withUnsafePointer(to: grid) { kernels.points_to_low(plane.pointer, points.pointer, $0) }
      return (0..<4).map { row in (0..<4).map { plane[(4 * row + $0) * 16 + lane] } }
    },
    SquareTransform(name: "U = G w Gᵀ", matrix: filterMatrix) { kernels, w, lane in
      let (weights, points) = (noise(64), noise(25 * pointStride))
      let (kernel, row, column) = (lane / 4, lane / 2 % 2, lane % 2)
      for a in 0..<2 {
        for b in 0..<2 { weights[16 * kernel + (2 * a + row) * 4 + 2 * b + column] = w[a][b] }
      }
      withUnsafePointer(to: rows) { kernels.weights_to_points($0, points.pointer, weights.pointer) }
      return Self.points(points, lane)
    },
    SquareTransform(name: "w = Gᵀ u G", matrix: transposed(filterMatrix)) { kernels, u, lane in
      let (weights, points) = (FloatBuffer(count: 64), noise(25 * pointStride))
      let (kernel, row, column) = (lane / 4, lane / 2 % 2, lane % 2)
      for i in 0..<5 { for j in 0..<5 { points[(5 * i + j) * pointStride + lane] = u[i][j] } }
      withUnsafePointer(to: rows) { kernels.points_to_weights($0, weights.pointer, points.pointer) }
      return (0..<2).map { a in (0..<2).map { weights[16 * kernel + (2 * a + row) * 4 + 2 * $0 + column] } }
    },
  ]

  private static var rows: weight_rows {
    weight_rows(rows: 1, kernels: 4, weights_row: 64, points_row: 16, point_stride: pointStride)
  }
}

@Suite("Toom-Cook transforms")
struct ToomCookTests {
  private func square(_ size: Int, salt: Int) -> [[Float]] {
    let numbers = pseudorandom(size * size, salt: salt)
    return (0..<size).map { Array(numbers[$0 * size..<($0 + 1) * size]) }
  }

  private func inner(_ a: [[Float]], _ b: [[Float]]) -> Double {
    zip(a.joined(), b.joined()).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  @Test(
    "each transform is its matrix, from both sides, on every instruction set",
    arguments: SquareTransform.all)
  func matrix(_ transform: SquareTransform) {
    let size = transform.matrix[0].count
    for kernels in variants {
      for lane in 0..<16 {
        let given = square(size, salt: lane)
        let doubles = given.map { $0.map(Double.init) }
        let truth = product(product(transform.matrix, doubles), transposed(transform.matrix))
        let largest = truth.joined().reduce(0) { max($0, abs($1)) }
        for (ours, exact) in zip(transform.apply(kernels, given, lane).joined(), truth.joined()) {
          #expect(abs(Double(ours) - exact) < 1e-6 * max(1, largest))
        }
      }
    }
  }

  @Test("each pair is adjoint: ⟨T x, y⟩ = ⟨x, Tᵀ y⟩", arguments: [(0, 1), (2, 3), (4, 5)])
  func adjoint(_ first: Int, _ second: Int) {
    let (forward, backward) = (SquareTransform.all[first], SquareTransform.all[second])
    for kernels in variants {
      for lane in 0..<16 {
        let x = square(forward.matrix[0].count, salt: lane)
        let y = square(forward.matrix.count, salt: lane + 100)
        let (left, right) = (
          inner(forward.apply(kernels, x, lane), y), inner(x, backward.apply(kernels, y, lane))
        )
        #expect(abs(left - right) < 1e-5 * max(1, abs(left)))
      }
    }
  }

  @Test("the algorithm's identity holds: y = Aᵀ[(G w) ⊙ (Bᵀ d)]")
  func identity() {
    let (w, d) = ([0.7, -1.3], [0.2, -0.5, 1.1, 0.9, -2])
    let points = zip(product(filterMatrix, w), product(inputMatrix, d)).map { $0 * $1 }
    for (index, y) in product(outputMatrix, points).enumerated() {
      #expect(abs(y - (w[0] * d[index] + w[1] * d[index + 1])) < 1e-12)
    }
  }
}
