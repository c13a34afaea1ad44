import Diagnostics
import Kernels

/// The principal components of a set of samples: mean-centered, projected onto the directions of largest
/// variance.
///
/// Computed from the samples' Gram matrix (n × n, in `Double`), since samples are few and features many.
/// The result is deterministic: one thread, and the sign of every component is fixed.
public struct PrincipalComponents: Sendable, Equatable {
  public let sampleCount: Int
  /// The components asked for, or as many as there are samples or features where that is less.
  public let componentCount: Int
  /// `sampleCount × componentCount`, sample by sample: each sample's coordinates, the component of largest
  /// variance first. The entry of largest magnitude in a component is positive. A component without variance
  /// (beyond the rank of the samples) is 0 throughout.
  public let scores: [Float]
  /// The variance of each component, with divisor n − 1, largest first.
  public let explainedVariance: [Double]
  /// The same as shares of the samples' whole variance; 0 where all samples are equal.
  public let explainedVarianceRatio: [Double]

  /// Reduces `matrix`, `sampleCount × featureCount`, sample by sample.
  ///
  /// Costs n²·d multiply-adds for the Gram matrix and about 4/3·n³ for its eigenvectors; holds two n × n
  /// matrices of `Double`. Throws a `Problem` where a feature is not finite or LAPACK finds no eigenvectors.
  /// - Precondition: the sizes agree, with at least two samples, one feature and one component.
  public init(
    of matrix: [Float], sampleCount: Int, featureCount: Int, componentCount: Int
  ) throws(Problem) {
    precondition(
      matrix.count == sampleCount * featureCount,
      "\(matrix.count) numbers are not \(sampleCount) samples of \(featureCount) features")
    precondition(
      sampleCount >= 2 && featureCount >= 1 && componentCount >= 1,
      "\(componentCount) components of \(sampleCount) samples of \(featureCount) features")
    if let index = matrix.firstIndex(where: { !$0.isFinite }) {
      throw Problem(
        .runFailed, "feature \(index % featureCount) of sample \(index / featureCount) is \(matrix[index])",
        hint: "the detector diverged; a smaller learning rate may help")
    }
    let kept = min(componentCount, sampleCount, featureCount)
    let context = ComputeContext(threads: 1)
    let rows = StoredRows(matrix, count: sampleCount, dimension: featureCount)
    let eigenvectors = try SymmetricEigenvectors(ofInnerProductsOf: rows, count: kept, context: context)
    let trace = eigenvectors.trace

    var scores = [Float](repeating: 0, count: sampleCount * kept)
    var variances = [Double](repeating: 0, count: kept)
    for (component, value) in eigenvectors.values.enumerated() where value > eigenvectors.negligible {
      for (sample, coordinate) in eigenvectors[component].enumerated() {
        scores[sample * kept + component] = Float(coordinate * value.squareRoot())
      }
      variances[component] = value / Double(sampleCount - 1)
    }
    self.sampleCount = sampleCount
    self.componentCount = kept
    self.scores = scores
    explainedVariance = variances
    explainedVarianceRatio = variances.map { trace > 0 ? $0 * Double(sampleCount - 1) / trace : 0 }
  }
}
