import COpenBLAS
import Diagnostics

/// The principal components of a set of samples: mean-centred, projected onto the directions of largest
/// variance.
///
/// Computed from the samples' Gram matrix (n × n, in `Double`), since samples are few and features many.
/// The result is deterministic: OpenBLAS is set to one thread, and the sign of every component is fixed.
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
    openblas_set_num_threads(1)
    let kept = min(componentCount, sampleCount, featureCount)
    var gram = centredGramMatrix(of: matrix, sampleCount: sampleCount, featureCount: featureCount)
    let trace = (0..<sampleCount).reduce(0.0) { $0 + gram[$1 * sampleCount + $1] }
    let (values, vectors) = try largestEigenvectors(of: &gram, size: sampleCount, count: kept)

    // What the eigenvalues of a matrix of this size may be off by; below it there is only rounding.
    let negligible = Double(sampleCount) * Double.ulpOfOne * max(values[0], 0)
    var scores = [Float](repeating: 0, count: sampleCount * kept)
    var variances = [Double](repeating: 0, count: kept)
    for component in 0..<kept where values[component] > negligible {
      let vector = vectors[component * sampleCount..<(component + 1) * sampleCount]
      let scale = values[component].squareRoot() * sign(of: vector)
      for (sample, coordinate) in vector.enumerated() {
        scores[sample * kept + component] = Float(coordinate * scale)
      }
      variances[component] = values[component] / Double(sampleCount - 1)
    }
    self.sampleCount = sampleCount
    self.componentCount = kept
    self.scores = scores
    explainedVariance = variances
    explainedVarianceRatio = variances.map { trace > 0 ? $0 * Double(sampleCount - 1) / trace : 0 }
  }
}

/// The sign that makes the entry of largest magnitude positive; among entries whose magnitudes differ by no
/// more than rounding, the first decides.
private func sign(of vector: ArraySlice<Double>) -> Double {
  let largest = vector.reduce(0) { max($0, abs($1)) }
  return vector.first { abs($0) >= largest * (1 - 1e-9) }! < 0 ? -1 : 1
}

/// The upper triangle of X Xᵀ, X being `matrix` less the mean of each feature: `sampleCount × sampleCount`,
/// by rows; below the diagonal stands 0.
///
/// Features are taken some hundred at a time, so that no copy of the whole matrix in `Double` is needed.
private func centredGramMatrix(of matrix: [Float], sampleCount: Int, featureCount: Int) -> [Double] {
  let blockSize = min(featureCount, 512)
  var gram = [Double](repeating: 0, count: sampleCount * sampleCount)
  var block = [Double](repeating: 0, count: sampleCount * blockSize)
  var means = [Double](repeating: 0, count: blockSize)
  matrix.withUnsafeBufferPointer { matrix in
    block.withUnsafeMutableBufferPointer { block in
      means.withUnsafeMutableBufferPointer { means in
        for first in stride(from: 0, to: featureCount, by: blockSize) {
          let width = min(blockSize, featureCount - first)
          for feature in 0..<width { means[feature] = 0 }
          for sample in 0..<sampleCount {
            for feature in 0..<width {
              means[feature] += Double(matrix[sample * featureCount + first + feature])
            }
          }
          for feature in 0..<width { means[feature] /= Double(sampleCount) }
          for sample in 0..<sampleCount {
            for feature in 0..<width {
              block[sample * width + feature] =
                Double(matrix[sample * featureCount + first + feature]) - means[feature]
            }
          }
          cblas_dsyrk(
            CblasRowMajor, CblasUpper, CblasNoTrans, blasint(sampleCount), blasint(width), 1,
            block.baseAddress, blasint(width), 1, &gram, blasint(sampleCount))
        }
      }
    }
  }
  return gram
}

/// The `count` largest eigenvalues of a symmetric matrix, largest first, and their unit eigenvectors one
/// after another. Only the upper triangle by rows (LAPACK's lower one by columns) is read; it is overwritten.
private func largestEigenvectors(
  of matrix: inout [Double], size: Int, count: Int
) throws(Problem) -> (values: [Double], vectors: [Double]) {
  let n = blasint(size)
  let first = blasint(size - count + 1)
  var values = [Double](repeating: 0, count: size)
  var vectors = [Double](repeating: 0, count: size * count)
  var support = [blasint](repeating: 0, count: 2 * count)
  var work = [0.0]
  var integerWork: [blasint] = [0]
  var status = symmetric_eigenvectors(
    n, &matrix, first, n, &values, &vectors, &support, &work, -1, &integerWork, -1)
  precondition(status == 0, "LAPACK refuses argument \(-status) of dsyevr for a matrix of size \(size)")
  work = [Double](repeating: 0, count: Int(work[0]))
  integerWork = [blasint](repeating: 0, count: Int(integerWork[0]))
  status = symmetric_eigenvectors(
    n, &matrix, first, n, &values, &vectors, &support, &work, blasint(work.count), &integerWork,
    blasint(integerWork.count))
  precondition(status >= 0, "LAPACK refuses argument \(-status) of dsyevr for a matrix of size \(size)")
  guard status == 0 else {
    throw Problem(.runFailed, "LAPACK finds no principal components (dsyevr returns \(status))")
  }
  let descending = (0..<count).reversed()
  return (descending.map { values[$0] }, descending.flatMap { vectors[$0 * size..<($0 + 1) * size] })
}
