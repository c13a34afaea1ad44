import COpenBLAS
import Diagnostics

/// Principal component analysis: the mean of some rows and the directions of their largest variance.
///
/// Means, axes and variances are rounded to `Float`, as they are stored, but used in `Double`, so that fitted and
/// stored values give the same bits.
public struct PrincipalAxes: Sendable {
  /// Largest matrix whose eigenvectors are computed: 1.2 GB, and as much again for all its eigenvectors.
  public static let largestMatrix = 12_288

  /// Values per row.
  public let dimension: Int
  /// Number of axes.
  public let count: Int
  /// The column means.
  private let wideMeans: DoubleBuffer
  /// `count × dimension`: unit vectors, by descending variance.
  private let wideAxes: DoubleBuffer
  /// The variance of the rows along each axis, with divisor n.
  public let variances: [Double]

  /// Restores stored axes.
  ///
  /// - Precondition: the sizes agree.
  public init(means: [Float], axes: [Float], variances: [Float]) {
    precondition(
      axes.count == means.count * variances.count,
      "\(axes.count) numbers are not \(variances.count) axes in \(means.count) dimensions")
    dimension = means.count
    count = variances.count
    wideMeans = DoubleBuffer(means.map(Double.init))
    wideAxes = DoubleBuffer(axes.map(Double.init))
    self.variances = variances.map(Double.init)
  }

  /// Fits the fewest axes whose share of the total variance exceeds `varianceShare` (scikit-learn's `n_components`
  /// below 1); a share of 1 keeps all axes with nonzero variance.
  ///
  /// Computes eigenvectors of the covariance matrix, or of the rows' inner products if there are fewer rows than
  /// dimensions. Throws a `Problem` if all rows are equal, or if both their number and their dimension exceed
  /// `largestMatrix`.
  /// - Precondition: at least one row; the share lies in 0…1.
  public init(of rows: some RowSource, varianceShare: Double, context: ComputeContext) throws(Problem) {
    precondition(rows.count > 0, "principal axes of no rows")
    let size = min(rows.count, rows.dimension)
    guard size <= Self.largestMatrix else {
      throw Problem(
        .runFailed,
        "principal components of \(rows.count) samples of \(rows.dimension) numbers are infeasible: the number of "
          + "samples or their dimension must be at most \(Self.largestMatrix)",
        hint: "use smaller or fewer samples")
    }
    let means = rows.columnMeans(context: context)
    let usesRows = rows.count < rows.dimension
    let product =
      usesRows
      ? CenteredProducts.gram(of: rows, means: means, context: context)
      : CenteredProducts.scatter(of: rows, means: means, context: context)
    let eigenvectors = try SymmetricEigenvectors(ofUpperTriangle: product, size: size, count: size)
    let values = eigenvectors.values.filter { $0 > eigenvectors.negligible }
    // Equal rows still have a variance of rounding errors.
    let scale = (0..<rows.dimension).reduce(0.0) { max($0, abs(means.pointer[$1])) }
    guard let largest = values.first, largest > Double(rows.count) * scale * scale * 1e-14 else {
      throw Problem(
        .runFailed, "all samples are equal: they have no principal components",
        hint: "provide samples that differ")
    }
    let kept = Self.count(reaching: varianceShare, of: values)
    let axes =
      usesRows
      ? Self.axes(of: rows, means: means, from: eigenvectors, count: kept, context: context)
      : Self.vectors(of: eigenvectors, count: kept)
    dimension = rows.dimension
    count = kept
    variances = values.prefix(kept).map { Double(Float($0 / Double(rows.count))) }
    roundToFloat(means)
    roundToFloat(axes)
    wideMeans = means
    wideAxes = axes
  }

  /// The column means.
  public var means: [Float] { wideMeans.array.map { Float($0) } }

  /// `count × dimension`: unit vectors, by descending variance.
  public var axes: [Float] { wideAxes.array.map { Float($0) } }

  private static func count(reaching share: Double, of values: [Double]) -> Int {
    let total = values.reduce(0, +)
    var sum = 0.0
    for (index, value) in values.enumerated() {
      sum += value
      if sum / total > share { return index + 1 }
    }
    return values.count
  }

  private static func vectors(of eigenvectors: SymmetricEigenvectors, count: Int) -> DoubleBuffer {
    let axes = DoubleBuffer(count: count * eigenvectors.size)
    for index in 0..<count {
      eigenvectors.write(index, to: axes.pointer + index * eigenvectors.size)
    }
    return axes
  }

  /// Eigenvectors of XᵀX from the eigenvectors u of XXᵀ: Xᵀu/√λ.
  private static func axes(
    of rows: some RowSource, means: DoubleBuffer, from eigenvectors: SymmetricEigenvectors, count: Int,
    context: ComputeContext
  ) -> DoubleBuffer {
    let (size, dimension, width) = (rows.count, rows.dimension, min(rows.dimension, 512))
    let axes = DoubleBuffer(count: count * dimension)
    let block = DoubleBuffer(count: size * width)
    let largest = vectors(of: eigenvectors, count: count)
    for index in 0..<chunkCount(of: width, total: dimension) {
      let columns = chunk(index, of: width, total: dimension)
      rows.writeCentered(rows: 0..<size, columns: columns, means: means, to: block.pointer, context: context)
      context.forEach(chunkCount(of: 64, total: count)) { item, _ in
        let range = chunk(item, of: 64, total: count)
        cblas_dgemm(
          CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(range.count), blasint(columns.count),
          blasint(size), 1, largest.pointer + range.lowerBound * size, blasint(size), block.pointer,
          blasint(columns.count), 0, axes.pointer + range.lowerBound * dimension + columns.lowerBound,
          blasint(dimension))
      }
    }
    for index in 0..<count {
      let factor = 1 / eigenvectors.values[index].squareRoot()
      for entry in 0..<dimension { axes.pointer[index * dimension + entry] *= factor }
    }
    return axes
  }
}

private func roundToFloat(_ buffer: DoubleBuffer) {
  for index in 0..<buffer.count { buffer.pointer[index] = Double(Float(buffer.pointer[index])) }
}

extension PrincipalAxes {
  /// Rows to project at a time to bound memory: fewer, the higher their dimension.
  public var blockHeight: Int { CenteredProducts.blockHeight(width: dimension) }

  /// The coordinates (x − mean)·axesᵀ of some rows, `rows.count × count`.
  public func coordinates(
    of source: some RowSource, rows: Range<Int>, context: ComputeContext
  ) -> [Double] {
    let centered = DoubleBuffer(count: rows.count * dimension)
    source.writeCentered(
      rows: rows, columns: 0..<dimension, means: wideMeans, to: centered.pointer, context: context)
    return [Double](count: rows.count * count) { coordinates in
      context.forEach(chunkCount(of: 64, total: rows.count)) { item, _ in
        let range = chunk(item, of: 64, total: rows.count)
        cblas_dgemm(
          CblasRowMajor, CblasNoTrans, CblasTrans, blasint(range.count), blasint(count), blasint(dimension),
          1, centered.pointer + range.lowerBound * dimension, blasint(dimension), wideAxes.pointer,
          blasint(dimension), 0, coordinates + range.lowerBound * count, blasint(count))
      }
    }
  }

  /// The points mean + coordinates·axes in the axes' subspace, `rows × dimension`.
  ///
  /// - Parameter coordinates: `rows × count`.
  public func points(at coordinates: [Double], rows: Int, context: ComputeContext) -> [Double] {
    precondition(
      coordinates.count == rows * count, "\(coordinates.count) coordinates of \(rows) rows on \(count) axes")
    return coordinates.withUnsafeBufferPointer { coordinates in
      guard let coordinates = coordinates.baseAddress else { return [] }
      return [Double](count: rows * dimension) { points in
        context.forEach(chunkCount(of: 64, total: rows)) { item, _ in
          let range = chunk(item, of: 64, total: rows)
          for row in range { (points + row * dimension).update(from: wideMeans.pointer, count: dimension) }
          cblas_dgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(range.count), blasint(dimension),
            blasint(count), 1, coordinates + range.lowerBound * count, blasint(count), wideAxes.pointer,
            blasint(dimension), 1, points + range.lowerBound * dimension, blasint(dimension))
        }
      }
    }
  }

  /// The coordinates of all rows, rounded to `Float`.
  public func project(_ source: some RowSource, context: ComputeContext) -> StoredRows {
    var result = [Float](repeating: 0, count: source.count * count)
    for block in 0..<chunkCount(of: blockHeight, total: source.count) {
      let rows = chunk(block, of: blockHeight, total: source.count)
      for (index, coordinate) in coordinates(of: source, rows: rows, context: context).enumerated() {
        result[rows.lowerBound * count + index] = Float(coordinate)
      }
    }
    return StoredRows(result, count: source.count, dimension: count)
  }
}
