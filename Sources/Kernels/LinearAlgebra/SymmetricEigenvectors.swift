import COpenBLAS
import Diagnostics

/// The largest eigenvalues of a symmetric matrix, in descending order, and their unit eigenvectors.
public struct SymmetricEigenvectors {
  /// Rows and columns of the matrix.
  public let size: Int
  /// The eigenvalues, in descending order.
  public let values: [Double]
  /// The trace of the matrix: the sum of all its eigenvalues.
  public let trace: Double
  /// The eigenvectors as LAPACK returns them: contiguous, by ascending eigenvalue.
  private let ascending: DoubleBuffer

  /// Decomposes the inner products of the centered rows, a `rows.count × rows.count` matrix.
  ///
  /// Costs n²·d multiply-adds for the products, plus the eigenvectors; see `init(ofUpperTriangle:size:count:)`. Throws
  /// a `Problem` if LAPACK finds none.
  /// - Precondition: `count` lies in 1…`rows.count`.
  public init(
    ofInnerProductsOf rows: some RowSource, count: Int, context: ComputeContext
  ) throws(Problem) {
    let products = CenteredProducts.gram(
      of: rows, means: rows.columnMeans(context: context), context: context)
    try self.init(ofUpperTriangle: products, size: rows.count, count: count)
  }

  /// Computes the `count` largest eigenvalues: about 4/3·n³ multiply-adds, and as much again for all eigenvectors.
  ///
  /// Reads and overwrites the matrix's upper triangle, row-major. The entry of largest magnitude of each vector is
  /// positive. Throws a `Problem` if LAPACK finds none.
  /// - Precondition: `matrix` holds size² numbers; `count` lies in 1…size.
  init(ofUpperTriangle matrix: DoubleBuffer, size: Int, count: Int) throws(Problem) {
    precondition(matrix.count == size * size, "\(matrix.count) numbers are not a matrix of size \(size)")
    precondition((1...size).contains(count), "\(count) eigenvectors of a matrix of size \(size)")
    openblas_set_num_threads(1)
    trace = (0..<size).reduce(0.0) { $0 + matrix.pointer[$1 * size + $1] }
    let n = blasint(size)
    let first = blasint(size - count + 1)
    var values = [Double](repeating: 0, count: size)
    let vectors = DoubleBuffer(count: size * count)
    var support = [blasint](repeating: 0, count: 2 * count)
    var work = [0.0]
    var integerWork: [blasint] = [0]
    var status = symmetric_eigenvectors(
      n, matrix.pointer, first, n, &values, vectors.pointer, &support, &work, -1, &integerWork, -1)
    precondition(status == 0, "LAPACK rejects argument \(-status) of dsyevr for a matrix of size \(size)")
    work = [Double](repeating: 0, count: Int(work[0]))
    integerWork = [blasint](repeating: 0, count: Int(integerWork[0]))
    status = symmetric_eigenvectors(
      n, matrix.pointer, first, n, &values, vectors.pointer, &support, &work, blasint(work.count),
      &integerWork,
      blasint(integerWork.count))
    precondition(status >= 0, "LAPACK rejects argument \(-status) of dsyevr for a matrix of size \(size)")
    guard status == 0 else {
      throw Problem(.runFailed, "LAPACK found no eigenvectors (dsyevr returned \(status))")
    }
    self.size = size
    ascending = vectors
    self.values = (0..<count).reversed().map { values[$0] }
    for index in 0..<count { fixSign(vectors.pointer + index * size, count: size) }
  }

  /// The error bound of the eigenvalues; those below it are only rounding errors.
  public var negligible: Double { Double(size) * Double.ulpOfOne * max(values[0], 0) }

  /// The unit eigenvector of the `index`-th largest eigenvalue, `size` values.
  public subscript(index: Int) -> [Double] { [Double](count: size) { write(index, to: $0) } }

  /// Writes the eigenvector of the `index`-th largest eigenvalue, `size` values.
  func write(_ index: Int, to destination: UnsafeMutablePointer<Double>) {
    destination.update(from: ascending.pointer + (values.count - 1 - index) * size, count: size)
  }
}

/// Flips the vector if necessary so that its entry of largest magnitude is positive; among entries whose magnitudes
/// differ only by rounding, the first decides.
private func fixSign(_ vector: UnsafeMutablePointer<Double>, count: Int) {
  var largest = 0.0
  for index in 0..<count { largest = max(largest, abs(vector[index])) }
  let decisive = (0..<count).first { abs(vector[$0]) >= largest * (1 - 1e-9) }
  guard let decisive, vector[decisive] < 0 else { return }
  for index in 0..<count { vector[index] = -vector[index] }
}
