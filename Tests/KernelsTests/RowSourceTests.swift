import Testing

@testable import Kernels

@Suite("Rows of numbers")
struct RowSourceTests {
  /// Row r has the numbers 10r, 10r + 1 … 10r + 4; more rows than a thread takes at a time.
  private let rows = StoredRows(
    (0..<150).flatMap { row in (0..<5).map { Float(10 * row + $0) } }, count: 150, dimension: 5)

  @Test("are mapped in their order, whatever the threads", arguments: [1, 3])
  func map(threads: Int) {
    let ends = rows.map(context: ComputeContext(threads: threads)) { row in [row[0], row[4]] }
    #expect(ends.count == 150)
    for (row, found) in ends.enumerated() { #expect(found == [Float(10 * row), Float(10 * row + 4)]) }
  }

  @Test("are selected in the order given, repeated ones too")
  func selecting() {
    let selected = rows.selecting([7, 149, 7])
    #expect((selected.count, selected.dimension) == (3, 5))
    #expect(selected.values == [70, 71, 72, 73, 74, 1490, 1491, 1492, 1493, 1494, 70, 71, 72, 73, 74])
    #expect(rows.selecting([]).count == 0)
    var numbers = [Float](repeating: -1, count: 12)
    var span = numbers.mutableSpan
    rows.write([2, 0], to: &span)
    #expect(numbers == [20, 21, 22, 23, 24, 0, 1, 2, 3, 4, -1, -1])
  }

  @Test("some columns of some are written one row after another, and what lies behind is left alone")
  func columns() {
    var numbers = [Float](repeating: -1, count: 5)
    var span = numbers.mutableSpan
    rows.write(rows: 3..<5, columns: 1..<3, to: &span)
    #expect(numbers == [31, 32, 41, 42, -1])
    #expect(rows.stored(context: ComputeContext(threads: 2)).values == rows.values)
  }

  @Test("have the inner products that sums of products give, times the factor")
  func innerProducts() {
    let matrix = (0..<12).map { Double($0 * $0 % 7) - 2 }
    var products = [Double](repeating: 9, count: 9)
    InnerProducts.multiply(1..<3, of: matrix, dimension: 3, factor: -2, into: &products)
    for (place, row) in (1..<3).enumerated() {
      for other in 0..<4 {
        let exact = (0..<3).reduce(0.0) { $0 + matrix[row * 3 + $1] * matrix[other * 3 + $1] }
        #expect(products[place * 4 + other] == -2 * exact)
      }
    }
    #expect(products[8] == 9, "only what was asked for is overwritten")
  }

  @Test("made from bytes are gain·table[byte] + offset")
  func byteTable() {
    let table = (0..<256).map { Float($0) / 2 }
    let bytes: [UInt8] = [0, 255, 3]
    var numbers = [Float](repeating: -1, count: 5)
    var span = numbers.mutableSpan
    ByteTable.write(bytes.span, by: table.span, gain: 4, offset: 1, to: &span, from: 1)
    #expect(numbers == [-1, 1, 511, 7, -1])
  }

  @Test("results of items come in their order, each with scratch memory of the size asked for")
  func contextMap() {
    let sizes = ComputeContext(threads: 2).map(20, inChunksOf: 3, scratch: 4) { item, scratch in
      for place in scratch.indices { scratch[place] = Float(item) }
      return Int(scratch[0]) * 10 + scratch.count
    }
    #expect(sizes == (0..<20).map { $0 * 10 + 4 })
  }
}
