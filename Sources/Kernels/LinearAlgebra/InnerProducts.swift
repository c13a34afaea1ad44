import COpenBLAS

/// Inner products of rows, in double precision, by OpenBLAS on the calling thread.
public enum InnerProducts {
  /// Overwrites the first `rows.count × count` values of `products` with `factor` times the inner products of some rows
  /// with all `count` rows.
  ///
  /// - Parameter matrix: `count × dimension`, row-major.
  /// - Precondition: the sizes agree; `dimension` is at least 1.
  public static func multiply(
    _ rows: Range<Int>, of matrix: [Double], dimension: Int, factor: Double, into products: inout [Double]
  ) {
    let count = matrix.count / dimension
    precondition(
      matrix.count == count * dimension && rows.upperBound <= count && products.count >= rows.count * count,
      "rows \(rows) of \(matrix.count) numbers in \(dimension) dimensions, into \(products.count)")
    openblas_set_num_threads(1)
    matrix.withUnsafeBufferPointer { matrix in
      guard let first = matrix.baseAddress else { return }
      cblas_dgemm(
        CblasRowMajor, CblasNoTrans, CblasTrans, blasint(rows.count), blasint(count), blasint(dimension),
        factor, first + rows.lowerBound * dimension, blasint(dimension), first, blasint(dimension), 0,
        &products, blasint(count))
    }
  }
}
