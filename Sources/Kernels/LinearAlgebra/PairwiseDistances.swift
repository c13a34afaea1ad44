import COpenBLAS

/// Consumes squared distances between queries and references, block by block, as they are computed.
///
/// Several threads call at once, each for its own queries; blocks of the same queries arrive in the order of the
/// references.
protocol DistanceReader {
  /// Consumes one block.
  ///
  /// - Parameter squared: `queries.count × references.count`, row-major; none is negative.
  func read(_ squared: UnsafePointer<Float>, queries: Range<Int>, references: Range<Int>)

  /// Called when all distances of some queries have been read.
  ///
  /// - Parameter rows: the queries themselves, minus the references' mean.
  func finish(queries: Range<Int>, rows: UnsafePointer<Float>)
}

/// Reference rows for distances: ‖q − r‖² = ‖q‖² + ‖r‖² − 2 q·r, with the products by OpenBLAS.
///
/// The mean is subtracted from all rows, which changes no distance but limits cancellation: the error of a squared
/// distance is some 10⁻⁷ of the squared lengths. Memory: 4 bytes per value, and some 3 MiB per thread.
public struct DistanceReferences: Sendable {
  /// Number of references.
  public let count: Int
  /// Values per row.
  public let dimension: Int
  /// `count × dimension`, minus the mean.
  let rows: FloatBuffer
  let means: FloatBuffer
  private let squaredLengths: FloatBuffer
  /// References per block of products.
  private static let block = 2048

  /// Copies all rows of `source`, minus their mean.
  public init(_ source: some RowSource, context: ComputeContext) {
    let exact = source.columnMeans(context: context)
    self.init(source, means: FloatBuffer(exact.array.map { Float($0) }), context: context)
  }

  private init(_ source: some RowSource, means: FloatBuffer, context: ComputeContext) {
    count = source.count
    dimension = source.dimension
    self.means = means
    rows = FloatBuffer(count: count * dimension)
    squaredLengths = FloatBuffer(count: count)
    let (rows, lengths, dimension) = (rows, squaredLengths, dimension)
    context.forEach(chunkCount(of: 64, total: source.count)) { item, _ in
      let range = chunk(item, of: 64, total: source.count)
      Self.write(
        source, range, means: means, to: rows.pointer + range.lowerBound * dimension,
        squaredLengths: lengths.pointer + range.lowerBound)
    }
  }

  /// Writes some rows minus the means, and their squared lengths.
  private static func write(
    _ source: some RowSource, _ range: Range<Int>, means: FloatBuffer,
    to rows: UnsafeMutablePointer<Float>, squaredLengths: UnsafeMutablePointer<Float>
  ) {
    let (means, dimension) = (means.pointer, source.dimension)
    source.write(rows: range, to: rows)
    for row in 0..<range.count {
      let values = rows + row * dimension
      for column in 0..<dimension { values[column] -= means[column] }
      squaredLengths[row] = Reduction.dotProduct(values, values, count: dimension)
    }
  }

  /// Computes all squared distances from `queries` and passes them to `reader`; none is negative.
  ///
  /// - Precondition: the dimensions agree.
  func visit(_ queries: some RowSource, with reader: some DistanceReader, context: ComputeContext) {
    precondition(
      queries.dimension == dimension, "queries of \(queries.dimension) numbers, references of \(dimension)")
    let height = min(256, max(8, (1 << 21) / dimension))
    context.forEach(
      chunkCount(of: height, total: queries.count), scratch: height * (dimension + 1 + Self.block)
    ) { item, scratch in
      let range = chunk(item, of: height, total: queries.count)
      let rows = scratch
      let lengths = scratch + height * dimension
      let products = lengths + height
      Self.write(queries, range, means: means, to: rows, squaredLengths: lengths)
      for index in 0..<chunkCount(of: Self.block, total: count) {
        let references = chunk(index, of: Self.block, total: count)
        measure(rows, lengths, queries: range.count, references, into: products)
        reader.read(products, queries: range, references: references)
      }
      reader.finish(queries: range, rows: rows)
    }
  }

  private func measure(
    _ queries: UnsafePointer<Float>, _ lengths: UnsafePointer<Float>, queries count: Int,
    _ references: Range<Int>, into squared: UnsafeMutablePointer<Float>
  ) {
    let width = references.count
    multiply(
      MatrixOperand(queries, rowStride: dimension),
      MatrixOperand(
        rows.pointer + references.lowerBound * dimension, rowStride: dimension, transposed: true),
      into: squared, rowStride: width, rows: count, columns: width, inner: dimension, accumulating: false)
    let referenceLengths = squaredLengths.pointer + references.lowerBound
    for query in 0..<count {
      let row = squared + query * width
      let length = lengths[query]
      for reference in 0..<width {
        let value = length + referenceLengths[reference] - 2 * row[reference]
        row[reference] = value > 0 ? value : 0
      }
    }
  }
}
