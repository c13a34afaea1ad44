import Kernels
import OpenCL

/// The bytes of a data set, held on the device.
struct StoredBytes {
  /// Retained so that no other array can reuse its address.
  let bytes: [UInt8]
  let memory: OpenCLMemory

  /// Whether `other` is the same array in memory, and so has the same bytes.
  func isOf(_ other: [UInt8]) -> Bool {
    bytes.count == other.count
      && bytes.withUnsafeBytes { a in other.withUnsafeBytes { b in a.baseAddress == b.baseAddress } }
  }
}

extension OpenCLEngine: Engine {
  /// Number of data sets kept on the device: training, validation and test, and one more.
  private static let mostStores = 4

  public func load(
    _ batch: FloatBuffer, bytes: [UInt8], indices: ArraySlice<Int>, table: [Float], layout: BatchLayout,
    count: Int
  ) {
    precondition(indices.count == layout.images, "\(indices.count) images for a batch of \(layout.images)")
    precondition(
      table.count == 256 || table.count >= 256 * indices.count, "a table of \(table.count) numbers for bytes")
    let total = layout.count(perImage: count)
    let places = scratch(.indices, bytes: layout.images * MemoryLayout<Int32>.size)
    attempt { () throws(OpenCLError) in
      try places.write(indices.map { Int32($0) })
    }
    launch(
      "loadBytes", of: .batches, count: total,
      [
        change(batch), .memory(memory(ofStore: bytes)), .memory(places), .memory(memory(ofTable: table)),
        .int(table.count == 256 ? 0 : 256), int(layout.images), int(layout.lanes), int(count), int(total),
      ])
  }

  private func memory(ofStore bytes: [UInt8]) -> OpenCLMemory {
    if let index = stores.firstIndex(where: { $0.isOf(bytes) }) {
      if index > 0 { stores.insert(stores.remove(at: index), at: 0) }
      return stores[0].memory
    }
    if stores.count == Self.mostStores { stores.removeLast() }
    let memory = memory(bytes, for: "the images of a data set")
    stores.insert(StoredBytes(bytes: bytes, memory: memory), at: 0)
    return memory
  }

  private func memory(ofTable table: [Float]) -> OpenCLMemory {
    if let lookup, lookup.values == table { return lookup.memory }
    let memory = memory(table, for: "a table of bytes")
    lookup = (table, memory)
    return memory
  }

  public func load(_ batch: FloatBuffer, imageMajor values: [Float], layout: BatchLayout, count: Int) {
    batch.takeToHost()
    host.load(batch, imageMajor: values, layout: layout, count: count)
  }

  public func imageMajor(_ batch: FloatBuffer, layout: BatchLayout, count: Int) -> [Float] {
    batch.bringToHost()
    return host.imageMajor(batch, layout: layout, count: count)
  }

  public func clearPadding(_ batch: FloatBuffer, layout: BatchLayout, count: Int) {
    guard layout.isPadded else { return }
    let total = layout.count(perImage: count)
    launch(
      "clearPadding", of: .batches, count: total,
      [change(batch), int(layout.images), int(layout.lanes), int(count), int(total)])
  }

  public func join(
    _ joined: FloatBuffer, _ first: FloatBuffer, firstCount: Int, _ second: FloatBuffer, secondCount: Int,
    layout: BatchLayout
  ) {
    let target = memory(joined, changes: true)
    let parts = JoinedParts(layout, firstCount, secondCount)
    for (part, place) in [(first, parts.first), (second, parts.second)] {
      let source = memory(part, changes: false)
      attempt { () throws(OpenCLError) in
        try target.copyRows(
          from: source, sourceOffset: 0, sourceStep: place.length, targetOffset: place.offset,
          targetStep: parts.step, length: place.length, rows: layout.groups)
      }
    }
  }

  public func split(
    _ joined: FloatBuffer, _ first: FloatBuffer?, firstCount: Int, _ second: FloatBuffer?, secondCount: Int,
    layout: BatchLayout
  ) {
    let source = memory(joined, changes: false)
    let parts = JoinedParts(layout, firstCount, secondCount)
    for case (let part?, let place) in [(first, parts.first), (second, parts.second)] {
      let target = memory(part, changes: true)
      attempt { () throws(OpenCLError) in
        try target.copyRows(
          from: source, sourceOffset: place.offset, sourceStep: parts.step, targetOffset: 0,
          targetStep: place.length, length: place.length, rows: layout.groups)
      }
    }
  }

  public func maxPool(
    _ low: FloatBuffer, from high: FloatBuffer, layout: BatchLayout, channels: Int, height: Int, width: Int
  ) {
    let total = layout.count(perImage: channels * (height / 2) * (width / 2))
    launch(
      "maxPool", of: .batches, count: total,
      [change(low), read(high), int(layout.lanes), int(height), int(width), int(total)])
  }

  public func maxPoolGradient(
    _ highGradient: FloatBuffer, from lowGradient: FloatBuffer, high: FloatBuffer, layout: BatchLayout,
    channels: Int, height: Int, width: Int
  ) {
    let total = layout.count(perImage: channels * height * width)
    launch(
      "maxPoolGradient", of: .batches, count: total,
      [
        change(highGradient), read(lowGradient), read(high), int(layout.lanes), int(height), int(width),
        int(total),
      ])
  }

  public func upSample(
    _ high: FloatBuffer, from low: FloatBuffer, layout: BatchLayout, channels: Int, height: Int, width: Int
  ) {
    let total = layout.count(perImage: channels * 4 * height * width)
    launch(
      "upSample", of: .batches, count: total,
      [change(high), read(low), int(layout.lanes), int(2 * height), int(2 * width), int(total)])
  }

  public func upSampleGradient(
    _ lowGradient: FloatBuffer, from highGradient: FloatBuffer, layout: BatchLayout, channels: Int,
    height: Int, width: Int
  ) {
    let total = layout.count(perImage: channels * height * width)
    launch(
      "upSampleGradient", of: .batches, count: total,
      [
        change(lowGradient), read(highGradient), int(layout.lanes), int(2 * height), int(2 * width),
        int(total),
      ])
  }
}

/// Positions of the two parts within each group of a joined batch, in bytes.
private struct JoinedParts {
  let first, second: (offset: Int, length: Int)
  let step: Int

  init(_ layout: BatchLayout, _ firstCount: Int, _ secondCount: Int) {
    let size = layout.lanes * MemoryLayout<Float>.size
    first = (0, firstCount * size)
    second = (firstCount * size, secondCount * size)
    step = (firstCount + secondCount) * size
  }
}
