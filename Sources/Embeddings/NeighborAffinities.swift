import Foundation
import Kernels

/// The samples' affinities: t-SNE's joint probabilities p (the paper's equations 1 and 2); they sum to 1 over all
/// pairs.
struct NeighborAffinities {
  let count: Int
  /// Blocks of eight per row; zeros follow the last sample.
  let blocksInRow: Int
  /// `count × blocksInRow`.
  let blocks: [SIMD8<Float>]

  /// The number of rows of squared distances computed together.
  private static let rowsAtOnce = 256

  init(of matrix: [Float], sampleCount: Int, featureCount: Int, perplexity: Double) {
    let samples = matrix.map(Double.init)
    let squares = (0..<sampleCount).map { sample in
      (sample * featureCount..<(sample + 1) * featureCount).reduce(0.0) { $0 + samples[$1] * samples[$1] }
    }
    var conditional = [Float](repeating: 0, count: sampleCount * sampleCount)
    var distances = [Double](repeating: 0, count: Self.rowsAtOnce * sampleCount)
    for first in stride(from: 0, to: sampleCount, by: Self.rowsAtOnce) {
      let rows = min(Self.rowsAtOnce, sampleCount - first)
      InnerProducts.multiply(
        first..<first + rows, of: samples, dimension: featureCount, factor: -2, into: &distances)
      for row in 0..<rows {
        let own = first + row
        let start = row * sampleCount
        for other in 0..<sampleCount {
          distances[start + other] = max(0, distances[start + other] + squares[own] + squares[other])
        }
        var neighbors = Neighbors(distances[start..<start + sampleCount], own: own)
        neighbors.match(perplexity: perplexity)
        for other in 0..<sampleCount {
          conditional[own * sampleCount + other] = Float(neighbors.probabilities[other])
        }
      }
    }
    count = sampleCount
    blocksInRow = (sampleCount + 7) / 8
    blocks = Self.joint(conditional, count: sampleCount, blocksInRow: blocksInRow)
  }

  /// (p(j|i) + p(i|j)) / 2n, in blocks of eight.
  private static func joint(_ conditional: [Float], count: Int, blocksInRow: Int) -> [SIMD8<Float>] {
    var blocks = [SIMD8<Float>](repeating: .zero, count: count * blocksInRow)
    let scale = 1 / Float(2 * count)
    for row in 0..<count {
      for column in 0..<count {
        let both = conditional[row * count + column] + conditional[column * count + row]
        blocks[row * blocksInRow + column / 8][column % 8] = both * scale
      }
    }
    return blocks
  }

  /// The affinity p of two samples.
  subscript(row: Int, column: Int) -> Double {
    Double(blocks[row * blocksInRow + column / 8][column % 8])
  }

  /// The divergence Σ p log (p / q), where q is the affinity in the plane under Student's t distribution with one
  /// degree of freedom (the paper's equations 4 and 5).
  func divergence(x: [Double], y: [Double]) -> Double {
    func closeness(_ a: Int, _ b: Int) -> Double {
      1 / (1 + (x[a] - x[b]) * (x[a] - x[b]) + (y[a] - y[b]) * (y[a] - y[b]))
    }
    var total = 0.0
    for row in 0..<count {
      for column in 0..<row { total += 2 * closeness(row, column) }
    }
    var sum = 0.0
    for row in 0..<count {
      for column in 0..<row {
        let affinity = self[row, column]
        if affinity > 0 { sum += 2 * affinity * log(affinity * total / closeness(row, column)) }
      }
    }
    return sum
  }
}

/// One sample's neighbors, with Gaussian probabilities.
private struct Neighbors {
  private let distances: ArraySlice<Double>
  private let own: Int
  private let nearest: Double
  private(set) var probabilities: [Double]

  private static let entropyTolerance = 1e-5
  private static let mostBisections = 100

  /// - Parameters:
  ///   - distances: squared distances to all samples.
  ///   - own: the sample's own position, which does not count as a neighbor.
  init(_ distances: ArraySlice<Double>, own: Int) {
    self.distances = distances
    self.own = own
    var nearest = Double.infinity
    for (other, distance) in distances.enumerated() where other != own { nearest = min(nearest, distance) }
    self.nearest = nearest
    probabilities = [Double](repeating: 0, count: distances.count)
  }

  /// Bisects for the precision that gives the wanted perplexity, 2 to the power of the distribution's entropy in bits.
  mutating func match(perplexity: Double) {
    let wanted = log(perplexity)
    var (low, high) = (0.0, Double.infinity)
    var precision = 1.0
    for _ in 0..<Self.mostBisections {
      let difference = fill(precision: precision) - wanted
      if abs(difference) <= Self.entropyTolerance { return }
      if difference > 0 {
        low = precision
        precision = high.isFinite ? (precision + high) / 2 : precision * 2
      } else {
        high = precision
        precision = (precision + low) / 2
      }
    }
  }

  /// Sets the probabilities for a precision.
  ///
  /// - Returns: their entropy in nats.
  private mutating func fill(precision: Double) -> Double {
    var (total, weighted) = (0.0, 0.0)
    for (other, distance) in distances.enumerated() {
      // Relative to the nearest, so that not all weights underflow.
      let excess = (distance - nearest) * precision
      let weight = other == own ? 0 : exp(-excess)
      probabilities[other] = weight
      total += weight
      weighted += other == own ? 0 : excess * weight
    }
    for other in probabilities.indices { probabilities[other] /= total }
    return log(total) + weighted / total
  }
}
