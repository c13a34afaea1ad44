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

/// A one-dimensional transform, on numbers in the first lane.
struct Transform: Sendable, CustomTestStringConvertible {
  let name: String
  let matrix: [[Double]]
  let apply: @Sendable ([Float]) -> [Float]

  var testDescription: String { name }

  private typealias Lanes = ToomCook.Lanes
  private typealias Phases = SIMD4<Float>

  private static func five(_ v: [Float]) -> ToomCook.Five<Lanes> {
    (
      Lanes(repeating: v[0]), Lanes(repeating: v[1]), Lanes(repeating: v[2]), Lanes(repeating: v[3]),
      Lanes(repeating: v[4])
    )
  }

  private static func list(_ v: ToomCook.Five<Lanes>) -> [Float] { [v.0[0], v.1[1], v.2[2], v.3[3], v.4[7]] }

  static let all = [
    Transform(name: "Bᵀ", matrix: inputMatrix) { list(ToomCook.input(five($0))) },
    Transform(name: "B", matrix: transposed(inputMatrix)) { list(ToomCook.inputTransposed(five($0))) },
    Transform(name: "Aᵀ", matrix: outputMatrix) {
      let v = ToomCook.output(five($0))
      return [v.0[0], v.1[1], v.2[2], v.3[7]]
    },
    Transform(name: "A", matrix: transposed(outputMatrix)) {
      let y = (
        Lanes(repeating: $0[0]), Lanes(repeating: $0[1]), Lanes(repeating: $0[2]), Lanes(repeating: $0[3])
      )
      return list(ToomCook.outputTransposed(y))
    },
    Transform(name: "G", matrix: filterMatrix) {
      let v = ToomCook.filter((Phases(repeating: $0[0]), Phases(repeating: $0[1])))
      return [v.0[0], v.1[1], v.2[2], v.3[3], v.4[0]]
    },
    Transform(name: "Gᵀ", matrix: transposed(filterMatrix)) {
      let u = (
        Phases(repeating: $0[0]), Phases(repeating: $0[1]), Phases(repeating: $0[2]),
        Phases(repeating: $0[3]),
        Phases(repeating: $0[4])
      )
      let v = ToomCook.filterTransposed(u)
      return [v.0[0], v.1[3]]
    },
  ]
}

@Suite("Toom-Cook transforms")
struct ToomCookTests {
  @Test("each transform is its matrix", arguments: Transform.all)
  func matrix(_ transform: Transform) {
    for salt in 0..<20 {
      let vector = pseudorandom(transform.matrix[0].count, salt: salt)
      for (ours, truth) in zip(transform.apply(vector), product(transform.matrix, vector.map(Double.init))) {
        #expect(abs(Double(ours) - truth) < 2e-6)
      }
    }
  }

  @Test("each pair is adjoint: ⟨T x, y⟩ = ⟨x, Tᵀ y⟩", arguments: [(0, 1), (2, 3), (4, 5)])
  func adjoint(_ first: Int, _ second: Int) {
    let (forward, backward) = (Transform.all[first], Transform.all[second])
    func inner(_ a: [Float], _ b: [Float]) -> Double {
      zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    for salt in 0..<20 {
      let x = pseudorandom(forward.matrix[0].count, salt: salt)
      let y = pseudorandom(forward.matrix.count, salt: salt + 100)
      #expect(abs(inner(forward.apply(x), y) - inner(x, backward.apply(y))) < 1e-5)
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

  @Test("a panel is transposed")
  func panel() {
    let source = FloatBuffer((0..<256).map(Float.init))
    let target = FloatBuffer(count: 256)
    PanelProduct.transpose(target.pointer, source.pointer)
    for row in 0..<16 {
      for column in 0..<16 { #expect(target[column * 16 + row] == source[row * 16 + column]) }
    }
  }

  @Test("a panel product is the sum of its products", arguments: 1...13)
  func panelProduct(rows: Int) {
    let (outer, inner) = (3, 7)
    let a = FloatBuffer(pseudorandom(rows * 40, salt: 1))
    let b = FloatBuffer(pseudorandom(outer * inner * 16, salt: 2))
    let c = FloatBuffer([Float](repeating: 1, count: rows * 20))
    PanelProduct.multiply(
      PanelFactor(pointer: a.pointer, rowStep: 40, innerStep: 1, outerStep: 10), rows: rows, panel: b.pointer,
      outer: outer, inner: inner, into: c.pointer, rowStride: 20, accumulating: true)
    for row in 0..<rows {
      for column in 0..<20 {
        var sum = 1.0
        if column < 16 {
          for run in 0..<outer {
            for index in 0..<inner {
              sum += Double(a[row * 40 + run * 10 + index]) * Double(b[(run * inner + index) * 16 + column])
            }
          }
        }
        #expect(abs(Double(c[row * 20 + column]) - sum) < 1e-5)
      }
    }
  }
}
