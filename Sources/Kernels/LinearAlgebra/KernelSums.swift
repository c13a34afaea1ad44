import Foundation

/// ln Σᵢ exp(−‖q − rᵢ‖²/(2h²)) over all references, for each query and each bandwidth h.
///
/// Sums are kept relative to the nearest reference so far, so that nothing underflows.
public struct LogKernelSums: DistanceReader {
  private let bandwidths: [Double]
  /// Smallest squared distance of each query so far.
  private let smallest: FloatBuffer
  /// `queries × bandwidths`, relative to the smallest squared distance.
  private let sums: DoubleBuffer

  /// `queries × bandwidths` logarithms, row-major.
  ///
  /// - Precondition: at least one reference; bandwidths are positive.
  public static func logarithms(
    from queries: some RowSource, to references: DistanceReferences, bandwidths: [Double],
    context: ComputeContext
  ) -> [Double] {
    precondition(references.count > 0 && bandwidths.allSatisfy { $0 > 0 }, "bandwidths \(bandwidths)")
    let reader = LogKernelSums(
      bandwidths: bandwidths, smallest: FloatBuffer(count: queries.count),
      sums: DoubleBuffer(count: queries.count * bandwidths.count))
    reader.smallest.fill(with: .infinity)
    references.visit(queries, with: reader, context: context)
    return reader.sums.array
  }

  func read(_ squared: UnsafePointer<Float>, queries: Range<Int>, references: Range<Int>) {
    for (row, query) in queries.enumerated() {
      let distances = squared + row * references.count
      var nearest = smallest.pointer[query]
      for reference in 0..<references.count where distances[reference] < nearest {
        nearest = distances[reference]
      }
      let before = smallest.pointer[query]
      smallest.pointer[query] = nearest
      for (index, bandwidth) in bandwidths.enumerated() {
        let factor = 0.5 / (bandwidth * bandwidth)
        let sum = sums.pointer + query * bandwidths.count + index
        if nearest < before { sum.pointee *= exp(-Double(before - nearest) * factor) }
        sum.pointee += Exponential.sum(
          distances, count: references.count, offset: nearest, factor: Float(factor))
      }
    }
  }

  func finish(queries: Range<Int>, rows: UnsafePointer<Float>) {
    for query in queries {
      for (index, bandwidth) in bandwidths.enumerated() {
        let sum = sums.pointer + query * bandwidths.count + index
        sum.pointee =
          log(sum.pointee) - Double(smallest.pointer[query]) / (2 * bandwidth * bandwidth)
      }
    }
  }
}

/// Σᵢ wᵢ·exp(−γ‖q − rᵢ‖²) over all references, for each query: a radial basis function expansion.
public struct RadialBasisSums: DistanceReader {
  private let weights: UnsafePointer<Float>
  private let gamma: Float
  private let sums: DoubleBuffer

  /// The sum of each query.
  ///
  /// - Precondition: one weight per reference; γ ≥ 0.
  public static func values(
    at queries: some RowSource, references: DistanceReferences, weights: [Float], gamma: Double,
    context: ComputeContext
  ) -> [Double] {
    precondition(
      weights.count == references.count && gamma >= 0,
      "\(weights.count) weights for \(references.count) references, gamma \(gamma)")
    return weights.withUnsafeBufferPointer { weights in
      guard let weights = weights.baseAddress else { return [Double](repeating: 0, count: queries.count) }
      let reader = RadialBasisSums(
        weights: weights, gamma: Float(gamma), sums: DoubleBuffer(count: queries.count))
      references.visit(queries, with: reader, context: context)
      return reader.sums.array
    }
  }

  func read(_ squared: UnsafePointer<Float>, queries: Range<Int>, references: Range<Int>) {
    for (row, query) in queries.enumerated() {
      sums.pointer[query] += Exponential.sum(
        squared + row * references.count, count: references.count, factor: gamma,
        weights: weights + references.lowerBound)
    }
  }

  func finish(queries: Range<Int>, rows: UnsafePointer<Float>) {}
}
