/// Conformance to `Engine`. In this file and the extensions beside it, buffers become pointers.
extension ComputeContext: Engine {
  public func load(
    _ batch: FloatBuffer, bytes: [UInt8], indices: ArraySlice<Int>, table: [Float], layout: BatchLayout,
    count: Int
  ) {
    require(batch, layout, count)
    precondition(
      table.count == 256 || table.count >= 256 * indices.count, "a table of \(table.count) numbers for bytes")
    bytes.withUnsafeBufferPointer { bytes in
      table.withUnsafeBufferPointer { numbers in
        guard let bytes = bytes.baseAddress, let numbers = numbers.baseAddress else { return }
        ActivationLayout.load(
          batch.pointer, bytes: bytes, indices: indices, table: numbers,
          tableStep: table.count == 256 ? 0 : 256, layout: layout, count: count)
      }
    }
  }

  public func load(_ batch: FloatBuffer, imageMajor values: [Float], layout: BatchLayout, count: Int) {
    require(batch, layout, count)
    ActivationLayout.load(batch.pointer, imageMajor: values, layout: layout, count: count)
  }

  public func imageMajor(_ batch: FloatBuffer, layout: BatchLayout, count: Int) -> [Float] {
    require(batch, layout, count)
    return ActivationLayout.imageMajor(batch.pointer, layout: layout, count: count)
  }

  public func clearPadding(_ batch: FloatBuffer, layout: BatchLayout, count: Int) {
    require(batch, layout, count)
    ActivationLayout.clearPadding(batch.pointer, layout: layout, count: count)
  }

  public func join(
    _ joined: FloatBuffer, _ first: FloatBuffer, firstCount: Int, _ second: FloatBuffer, secondCount: Int,
    layout: BatchLayout
  ) {
    require(joined, layout, firstCount + secondCount)
    require(first, layout, firstCount)
    require(second, layout, secondCount)
    Channels.join(
      joined.pointer, first.pointer, firstCount: firstCount, second.pointer, secondCount: secondCount,
      layout: layout, context: self)
  }

  public func split(
    _ joined: FloatBuffer, _ first: FloatBuffer?, firstCount: Int, _ second: FloatBuffer?, secondCount: Int,
    layout: BatchLayout
  ) {
    require(joined, layout, firstCount + secondCount)
    if let first { require(first, layout, firstCount) }
    if let second { require(second, layout, secondCount) }
    Channels.split(
      joined.pointer, first?.pointer, firstCount: firstCount, second?.pointer, secondCount: secondCount,
      layout: layout, context: self)
  }

  public func maxPool(
    _ low: FloatBuffer, from high: FloatBuffer, layout: BatchLayout, channels: Int, height: Int, width: Int
  ) {
    require(high, layout, channels * height * width)
    require(low, layout, channels * (height / 2) * (width / 2))
    Resampling.maxPool(
      low.pointer, from: high.pointer, layout: layout, channels: channels, height: height, width: width,
      context: self)
  }

  public func maxPoolGradient(
    _ highGradient: FloatBuffer, from lowGradient: FloatBuffer, high: FloatBuffer, layout: BatchLayout,
    channels: Int, height: Int, width: Int
  ) {
    require(high, layout, channels * height * width)
    require(highGradient, layout, channels * height * width)
    require(lowGradient, layout, channels * (height / 2) * (width / 2))
    Resampling.maxPoolGradient(
      highGradient.pointer, from: lowGradient.pointer, high: high.pointer, layout: layout,
      channels: channels, height: height, width: width, context: self)
  }

  public func upSample(
    _ high: FloatBuffer, from low: FloatBuffer, layout: BatchLayout, channels: Int, height: Int, width: Int
  ) {
    require(low, layout, channels * height * width)
    require(high, layout, 4 * channels * height * width)
    Resampling.upSample(
      high.pointer, from: low.pointer, layout: layout, channels: channels, height: height, width: width,
      context: self)
  }

  public func upSampleGradient(
    _ lowGradient: FloatBuffer, from highGradient: FloatBuffer, layout: BatchLayout, channels: Int,
    height: Int, width: Int
  ) {
    require(lowGradient, layout, channels * height * width)
    require(highGradient, layout, 4 * channels * height * width)
    Resampling.upSampleGradient(
      lowGradient.pointer, from: highGradient.pointer, layout: layout, channels: channels, height: height,
      width: width, context: self)
  }

  /// - Precondition: the buffer has room for a batch of `count` values per image.
  func require(_ batch: FloatBuffer, _ layout: BatchLayout, _ count: Int) {
    require(batch, layout.count(perImage: count))
  }

  /// - Precondition: the buffer holds at least `count` values.
  func require(_ buffer: FloatBuffer, _ count: Int) {
    precondition(buffer.count >= count, "\(count) numbers in a buffer of \(buffer.count)")
  }
}
