/// Rows of numbers computed on demand, so that a data set is held only once, as bytes.
public protocol RowSource {
  /// Number of rows.
  var count: Int { get }
  /// Values per row.
  var dimension: Int { get }

  /// Writes some columns of some rows to the first `rows.count × columns.count` values of `destination`, row-major.
  /// Several threads may call at once.
  func write(rows: Range<Int>, columns: Range<Int>, to destination: inout MutableSpan<Float>)
}

extension RowSource {
  /// A copy of all rows in memory.
  public func stored(context: ComputeContext) -> StoredRows {
    let values = [Float](count: count * dimension) { values in
      context.forEach(chunkCount(of: 64, total: count)) { item, _ in
        let rows = chunk(item, of: 64, total: count)
        write(rows: rows, to: values + rows.lowerBound * dimension)
      }
    }
    return StoredRows(values, count: count, dimension: dimension)
  }

  /// Writes whole rows, in the order given.
  ///
  /// - Precondition: `destination` has room for `rows.count × dimension` values.
  public func write(_ rows: [Int], to destination: inout MutableSpan<Float>) {
    precondition(
      rows.count * dimension <= destination.count,
      "\(rows.count) rows of \(dimension) do not fit \(destination.count) numbers")
    destination.withUnsafeMutableBufferPointer { target in
      guard let target = target.baseAddress else { return }
      for (place, row) in rows.enumerated() { write(rows: row..<row + 1, to: target + place * dimension) }
    }
  }

  /// A copy of some rows, in the order given.
  public func selecting(_ rows: [Int]) -> StoredRows {
    let values = [Float](count: rows.count * dimension) { values in
      for (place, row) in rows.enumerated() { write(rows: row..<row + 1, to: values + place * dimension) }
    }
    return StoredRows(values, count: rows.count, dimension: dimension)
  }

  /// The results of `body` for each row, in row order, computed on all threads.
  public func map<Result>(context: ComputeContext, _ body: (_ row: Span<Float>) -> Result) -> [Result] {
    [Result](unsafeUninitializedCapacity: count) { results, initialized in
      context.forEach(chunkCount(of: 64, total: count), scratch: 64 * dimension) { item, scratch in
        let rows = chunk(item, of: 64, total: count)
        write(rows: rows, to: scratch)
        for (place, row) in rows.enumerated() {
          let values = UnsafeBufferPointer(start: scratch + place * dimension, count: dimension)
          results.initializeElement(at: row, to: body(values.span))
        }
      }
      initialized = count
    }
  }

  /// Writes whole rows.
  func write(rows: Range<Int>, to destination: UnsafeMutablePointer<Float>) {
    write(rows: rows, columns: 0..<dimension, to: destination)
  }

  /// Writes some columns of some rows.
  func write(rows: Range<Int>, columns: Range<Int>, to destination: UnsafeMutablePointer<Float>) {
    let numbers = UnsafeMutableBufferPointer(start: destination, count: rows.count * columns.count)
    var span = numbers.mutableSpan
    write(rows: rows, columns: columns, to: &span)
  }

  /// The column means, accumulated in `Double` down the rows.
  func columnMeans(context: ComputeContext) -> DoubleBuffer {
    let means = DoubleBuffer(count: dimension)
    let (width, height) = (256, 64)
    context.forEach(chunkCount(of: width, total: dimension), scratch: width * height) { item, scratch in
      let columns = chunk(item, of: width, total: dimension)
      let sums = means.pointer + columns.lowerBound
      for block in 0..<chunkCount(of: height, total: count) {
        let rows = chunk(block, of: height, total: count)
        write(rows: rows, columns: columns, to: scratch)
        for row in 0..<rows.count {
          for column in 0..<columns.count { sums[column] += Double(scratch[row * columns.count + column]) }
        }
      }
      for column in 0..<columns.count { sums[column] /= Double(count) }
    }
    return means
  }

  /// Writes some columns of some rows in double precision, minus the column means.
  ///
  /// - Parameter means: the means of all columns.
  func writeCentered(
    rows: Range<Int>, columns: Range<Int>, means: DoubleBuffer, to destination: UnsafeMutablePointer<Double>,
    context: ComputeContext
  ) {
    let (height, width) = (16, columns.count)
    let means = means.pointer + columns.lowerBound
    context.forEach(chunkCount(of: height, total: rows.count), scratch: height * width) { item, scratch in
      let block = chunk(item, of: height, total: rows.count)
      let first = rows.lowerBound + block.lowerBound
      write(rows: first..<first + block.count, columns: columns, to: scratch)
      for row in 0..<block.count {
        let target = destination + (block.lowerBound + row) * width
        for column in 0..<width { target[column] = Double(scratch[row * width + column]) - means[column] }
      }
    }
  }
}

/// Rows stored contiguously in memory.
public struct StoredRows: RowSource {
  /// `count × dimension`, row-major.
  public let values: [Float]
  public let count: Int
  public let dimension: Int

  /// - Precondition: the sizes agree.
  public init(_ values: [Float], count: Int, dimension: Int) {
    precondition(
      values.count == count * dimension, "\(values.count) numbers are not \(count) rows of \(dimension)")
    self.values = values
    self.count = count
    self.dimension = dimension
  }

  public func write(rows: Range<Int>, columns: Range<Int>, to destination: inout MutableSpan<Float>) {
    destination.withUnsafeMutableBufferPointer { target in
      values.withUnsafeBufferPointer { values in
        for (place, row) in rows.enumerated() {
          let first = row * dimension + columns.lowerBound
          _ = target[(place * columns.count)...].update(fromContentsOf: values[first..<first + columns.count])
        }
      }
    }
  }
}
