import Images
import Kernels

extension ImageSelection {
  /// Fills a buffer with some images, given by their positions in the store.
  ///
  /// - Parameter table: the number for each byte; nil for what the selection's own scale says.
  func load(
    _ indices: ArraySlice<Int>, into batch: FloatBuffer, layout: BatchLayout, table: [Float]? = nil
  ) {
    store.bytes.withUnsafeBufferPointer { bytes in
      (table ?? scale.table).withUnsafeBufferPointer { table in
        guard let bytes = bytes.baseAddress, let table = table.baseAddress else { return }
        ActivationLayout.load(
          batch.pointer, bytes: bytes, indices: indices, table: table, layout: layout,
          count: store.shape.count)
      }
    }
  }

  /// Calls `body` with the positions in the store of `size` images after the other, the last ones perhaps fewer.
  func forEachBatch(of size: Int, _ body: (ArraySlice<Int>) throws -> Void) rethrows {
    for start in stride(from: 0, to: count, by: size) {
      try body(indices[start..<min(count, start + size)])
    }
  }
}
