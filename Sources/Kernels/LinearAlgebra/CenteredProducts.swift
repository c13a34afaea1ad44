import COpenBLAS

/// Products of a centered matrix X with its transpose, in double precision and without a copy of X.
///
/// Results are square and row-major, and only the upper triangle is valid. The result is cut into strips of rows by its
/// size alone, so that it does not depend on the number of threads.
enum CenteredProducts {
  /// Rows of the result that one thread computes at a time.
  private static let strip = 128

  /// XᵀX, `dimension × dimension`: n times the covariance matrix.
  ///
  /// - Parameter means: the column means; X is `rows` minus these.
  static func scatter(
    of rows: some RowSource, means: DoubleBuffer, context: ComputeContext
  ) -> DoubleBuffer {
    let size = rows.dimension
    let height = blockHeight(width: size)
    let result = DoubleBuffer(count: size * size)
    let block = DoubleBuffer(count: min(height, rows.count) * size)
    for index in 0..<chunkCount(of: height, total: rows.count) {
      let range = chunk(index, of: height, total: rows.count)
      rows.writeCentered(
        rows: range, columns: 0..<size, means: means, to: block.pointer, context: context)
      context.forEach(chunkCount(of: strip, total: size)) { item, _ in
        let strip = chunk(item, of: strip, total: size)
        let first = strip.lowerBound
        cblas_dgemm(
          CblasRowMajor, CblasTrans, CblasNoTrans, blasint(strip.count), blasint(size - first),
          blasint(range.count), 1, block.pointer + first, blasint(size), block.pointer + first, blasint(size),
          1, result.pointer + first * size + first, blasint(size))
      }
    }
    return result
  }

  /// XXᵀ, `count × count`: the inner products of the rows.
  ///
  /// - Parameter means: the column means; X is `rows` minus these.
  static func gram(
    of rows: some RowSource, means: DoubleBuffer, context: ComputeContext
  ) -> DoubleBuffer {
    let size = rows.count
    let width = min(rows.dimension, 512)
    let result = DoubleBuffer(count: size * size)
    let block = DoubleBuffer(count: size * width)
    for index in 0..<chunkCount(of: width, total: rows.dimension) {
      let columns = chunk(index, of: width, total: rows.dimension)
      rows.writeCentered(
        rows: 0..<size, columns: columns, means: means, to: block.pointer, context: context)
      context.forEach(chunkCount(of: strip, total: size)) { item, _ in
        let strip = chunk(item, of: strip, total: size)
        let first = strip.lowerBound
        cblas_dgemm(
          CblasRowMajor, CblasNoTrans, CblasTrans, blasint(strip.count), blasint(size - first),
          blasint(columns.count), 1, block.pointer + first * columns.count, blasint(columns.count),
          block.pointer + first * columns.count, blasint(columns.count), 1,
          result.pointer + first * size + first, blasint(size))
      }
    }
    return result
  }

  /// Rows of `width` doubles processed at a time: some 32 MiB.
  static func blockHeight(width: Int) -> Int { max(16, (1 << 22) / width) }
}
