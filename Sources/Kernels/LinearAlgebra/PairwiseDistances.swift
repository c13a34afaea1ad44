import COpenBLAS

/// Takes squared distances between queries and references as they are computed, a block at a time.
///
/// Several threads call at once, each for queries of its own; blocks of the same queries come one after the other,
/// in the references' order.
protocol DistanceReader {
  /// - Parameter squared: `queries.count × references.count`, a row for each query.
  func read(_ squared: UnsafePointer<Float>, queries: Range<Int>, references: Range<Int>)

  /// All distances of some queries have been read.
  ///
  /// - Parameter rows: the queries themselves, less the references' mean.
  func finish(queries: Range<Int>, rows: UnsafePointer<Float>)
}

/// Rows that distances are measured to: ‖q − r‖² = ‖q‖² + ‖r‖² − 2 q·r, the products by OpenBLAS.
///
/// Rows are kept less their mean, which changes no distance and keeps small what is canceled: a squared distance
/// is off by some 10⁻⁷ of the squared lengths. Memory: 4 bytes a number, and some 3 MiB a thread.
public struct DistanceReferences: Sendable {
  public let count: Int
  public let dimension: Int
  /// `count × dimension`, less the mean.
  let rows: FloatBuffer
  let means: FloatBuffer
  private let squaredLengths: FloatBuffer
  /// References whose products with a block of queries are computed at a time.
  private static let block = 2048

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

  /// Some rows less the means, and their squared lengths.
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

  /// Computes all squared distances from `queries` and hands them over; none is negative.
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
