/// Rows of numbers that are made where they are wanted, so that a data set need be held only once, as bytes.
public protocol RowSource {
  var count: Int { get }
  /// Numbers in a row.
  var dimension: Int { get }

  /// Writes some columns of some rows, row by row; several threads may ask at once.
  func write(rows: Range<Int>, columns: Range<Int>, to destination: UnsafeMutablePointer<Float>)
}

extension RowSource {
  /// Writes some whole rows.
  public func write(rows: Range<Int>, to destination: UnsafeMutablePointer<Float>) {
    write(rows: rows, columns: 0..<dimension, to: destination)
  }

  /// A copy of all rows in memory.
  public func stored(context: ComputeContext) -> StoredRows {
    let buffer = FloatBuffer(count: count * dimension)
    context.forEach(chunkCount(of: 64, total: count)) { item, _ in
      let rows = chunk(item, of: 64, total: count)
      write(rows: rows, to: buffer.pointer + rows.lowerBound * dimension)
    }
    return StoredRows(buffer, count: count, dimension: dimension)
  }

  /// The mean of each column; sums run in `Double` down the rows.
  public func columnMeans(context: ComputeContext) -> DoubleBuffer {
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

  /// Writes some columns of some rows in double precision, less each column's mean.
  ///
  /// - Parameter means: of all columns.
  func writeCentred(
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

/// Rows that lie in memory, one after another.
public struct StoredRows: RowSource {
  public let buffer: FloatBuffer
  public let count: Int
  public let dimension: Int

  /// - Precondition: the buffer holds as much.
  public init(_ buffer: FloatBuffer, count: Int, dimension: Int) {
    precondition(
      buffer.count >= count * dimension, "\(buffer.count) numbers are not \(count) rows of \(dimension)")
    self.buffer = buffer
    self.count = count
    self.dimension = dimension
  }

  public func write(rows: Range<Int>, columns: Range<Int>, to destination: UnsafeMutablePointer<Float>) {
    for (place, row) in rows.enumerated() {
      (destination + place * columns.count).update(
        from: buffer.pointer + row * dimension + columns.lowerBound, count: columns.count)
    }
  }

  /// Copies of some of the rows, in the order given.
  public func selecting(_ rows: some Collection<Int>) -> StoredRows {
    let selected = FloatBuffer(count: rows.count * dimension)
    for (place, row) in rows.enumerated() {
      write(rows: row..<row + 1, to: selected.pointer + place * dimension)
    }
    return StoredRows(selected, count: rows.count, dimension: dimension)
  }
}
