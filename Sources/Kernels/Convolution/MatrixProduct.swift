import COpenBLAS

/// An operand of a matrix product, in row-major order.
struct MatrixOperand {
  let pointer: UnsafePointer<Float>
  /// Elements from one row to the next.
  let rowStride: Int
  let transposed: Bool

  init(_ pointer: UnsafePointer<Float>, rowStride: Int, transposed: Bool = false) {
    self.pointer = pointer
    self.rowStride = rowStride
    self.transposed = transposed
  }
}

/// C = A·B, or C += A·B if `accumulating`; C is `rows × columns`, row-major, and the inner dimension is `inner`.
///
/// Runs OpenBLAS on the calling thread.
func multiply(
  _ a: MatrixOperand, _ b: MatrixOperand, into c: UnsafeMutablePointer<Float>, rowStride: Int,
  rows: Int, columns: Int, inner: Int, accumulating: Bool
) {
  cblas_sgemm(
    CblasRowMajor, a.transposed ? CblasTrans : CblasNoTrans, b.transposed ? CblasTrans : CblasNoTrans,
    blasint(rows), blasint(columns), blasint(inner), 1, a.pointer, blasint(a.rowStride),
    b.pointer, blasint(b.rowStride), accumulating ? 1 : 0, c, blasint(rowStride))
}
