import Diagnostics
import Kernels

/// The principal components of a set of samples: mean-centered and projected onto the directions of largest variance.
///
/// Computed from the samples' Gram matrix (n × n, in `Double`), which suits few samples with many features. The result
/// is deterministic: computed on one thread, with the sign of every component fixed.
public struct PrincipalComponents: Sendable, Equatable {
  /// The number of samples.
  public let sampleCount: Int
  /// The number of components: as requested, but at most the number of samples or features.
  public let componentCount: Int
  /// `sampleCount × componentCount`, sample by sample: each sample's coordinates, by descending variance. The sign of a
  /// component makes its entry of largest magnitude positive. A component without variance (beyond the samples' rank)
  /// is all 0.
  public let scores: [Float]
  /// The variance of each component, with divisor n − 1, largest first.
  public let explainedVariance: [Double]
  /// Each component's share of the samples' total variance; 0 if all samples are equal.
  public let explainedVarianceRatio: [Double]

  /// Reduces `matrix`, `sampleCount × featureCount`, sample by sample.
  ///
  /// Costs n²·d multiply-adds for the Gram matrix and about 4/3·n³ for its eigenvectors; holds two n × n matrices of
  /// `Double`. Throws a `Problem` if a feature is not finite or LAPACK finds no eigenvectors.
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
