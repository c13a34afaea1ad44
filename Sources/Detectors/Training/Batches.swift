import Images
import Kernels

extension FloatBuffer {
  /// Memory for a batch in the kernels' layout.
  ///
  /// - Parameters:
  ///   - images: the most in a batch.
  ///   - count: numbers of one image.
  convenience init(images: Int, perImage count: Int) {
    self.init(count: BatchLayout.capacity(images: images, perImage: count))
  }
}

extension ImageSelection {
  /// Fills a buffer with some images, given by their positions in the store.
  ///
  /// - Parameter table: the number for each byte; nil for what the selection's own scale says.
  func load(
    _ indices: ArraySlice<Int>, into batch: FloatBuffer, layout: BatchLayout, table: [Float]? = nil,
    engine: any Engine
  ) {
    engine.load(
      batch, bytes: store.bytes, indices: indices, table: table ?? scale.table, layout: layout,
      count: store.shape.count)
  }

  /// The positions in the store of `size` images after the other, the last ones perhaps fewer.
  func batches(of size: Int) -> some Sequence<ArraySlice<Int>> {
    stride(from: 0, to: count, by: size).lazy.map { indices[$0..<Swift.min(count, $0 + size)] }
  }
}
