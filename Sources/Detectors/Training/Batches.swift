import Images
import Kernels

extension FloatBuffer {
  /// Allocates a batch in the kernels' layout.
  ///
  /// - Parameters:
  ///   - images: the maximum number of images per batch.
  ///   - count: values per image.
  convenience init(images: Int, perImage count: Int) {
    self.init(count: BatchLayout.capacity(images: images, perImage: count))
  }
}

extension ImageSelection {
  /// Fills `batch` with images, given by their positions in the store.
  ///
  /// - Parameter table: the value of each byte; nil for the selection's own scale.
  func load(
    _ indices: ArraySlice<Int>, into batch: FloatBuffer, layout: BatchLayout, table: [Float]? = nil,
    engine: any Engine
  ) {
    engine.load(
      batch, bytes: store.bytes, indices: indices, table: table ?? scale.table, layout: layout,
      count: store.shape.count)
  }

  /// The positions in the store, `size` images at a time; the last batch may be smaller.
  func batches(of size: Int) -> some Sequence<ArraySlice<Int>> {
    stride(from: 0, to: count, by: size).lazy.map { indices[$0..<Swift.min(count, $0 + size)] }
  }
}
