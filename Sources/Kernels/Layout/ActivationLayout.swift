/// Conversions between the kernels' batch layout and image-major order.
enum ActivationLayout {
  /// Fills `batch` with table values for the bytes of the given images; padded lanes become zero.
  ///
  /// - Parameters:
  ///   - bytes: `[image][channel][pixel]`, all images of a data set.
  ///   - indices: the images of the batch, as many as `layout.images`.
  ///   - table: the values of the 256 bytes.
  ///   - tableStep: values from one image's table to the next; 0 if all images share one.
  static func load(
    _ batch: UnsafeMutablePointer<Float>, bytes: UnsafePointer<UInt8>, indices: ArraySlice<Int>,
    table: UnsafePointer<Float>, tableStep: Int = 0, layout: BatchLayout, count: Int
  ) {
    precondition(indices.count == layout.images, "\(indices.count) images for a batch of \(layout.images)")
    let lanes = layout.lanes
    if layout.isPadded { batch.update(repeating: 0, count: layout.count(perImage: count)) }
    for (slot, image) in indices.enumerated() {
      let source = bytes + image * count
      let target = batch + slot / lanes * lanes * count + slot % lanes
      let table = table + slot * tableStep
      for index in 0..<count { target[index * lanes] = table[Int(source[index])] }
    }
  }

  /// Fills `batch` from image-major values, `count` per image; padded lanes become zero.
  static func load(
    _ batch: UnsafeMutablePointer<Float>, imageMajor values: [Float], layout: BatchLayout, count: Int
  ) {
    precondition(
      values.count == layout.images * count, "\(values.count) numbers for \(layout.images) images of \(count)"
    )
    let lanes = layout.lanes
    if layout.isPadded { batch.update(repeating: 0, count: layout.count(perImage: count)) }
    for slot in 0..<layout.images {
      let target = batch + slot / lanes * lanes * count + slot % lanes
      for index in 0..<count { target[index * lanes] = values[slot * count + index] }
    }
  }

  /// The batch in image-major order, `[image][channel][pixel]` (torch's NCHW), without padding.
  static func imageMajor(
    _ batch: UnsafePointer<Float>, layout: BatchLayout, count: Int
  ) -> [Float] {
    let lanes = layout.lanes
    return Array(unsafeUninitializedCapacity: layout.images * count) { target, initialized in
      for slot in 0..<layout.images {
        let source = batch + slot / lanes * lanes * count + slot % lanes
        for index in 0..<count {
          target.initializeElement(at: slot * count + index, to: source[index * lanes])
        }
      }
      initialized = layout.images * count
    }
  }

  /// Sets padded lanes to zero, as gradients require.
  static func clearPadding(
    _ batch: UnsafeMutablePointer<Float>, layout: BatchLayout, count: Int
  ) {
    guard layout.isPadded else { return }
    let lanes = layout.lanes
    let group = batch + (layout.groups - 1) * lanes * count
    for index in 0..<count {
      for lane in layout.lanesInLastGroup..<lanes { group[index * lanes + lane] = 0 }
    }
  }
}
