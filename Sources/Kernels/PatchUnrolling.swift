// A patch is the part of the high side that meets one low pixel. Unrolled, patches form a matrix with a row for
// each tap (channel, kernel row, kernel column) and a column for each low pixel (image, row, column).
//
// One channel of one image goes through its *phases*: pad it with zeros and split rows and columns by their
// remainder modulo the stride. In a phase, all low pixels of one tap lie side by side, so that the strided walk
// over the image is made once instead of once for each tap.

/// The phases of one padded channel of one image.
private struct Phases {
  let geometry: ConvolutionGeometry
  /// Rows and columns of each of the stride² phases.
  let height: Int
  let width: Int
  let pointer: UnsafeMutablePointer<Float>

  init(_ geometry: ConvolutionGeometry, at pointer: UnsafeMutablePointer<Float>) {
    self.geometry = geometry
    (height, width) = Self.size(geometry)
    self.pointer = pointer
  }

  private static func size(_ geometry: ConvolutionGeometry) -> (height: Int, width: Int) {
    // At least as far as the last tap of the last low pixel reaches.
    let reach = (geometry.kernel - 1) / geometry.stride
    func length(_ high: Int, _ low: Int) -> Int {
      max((high + 2 * geometry.padding + geometry.stride - 1) / geometry.stride, low + reach)
    }
    return (
      length(geometry.highHeight, geometry.lowHeight), length(geometry.highWidth, geometry.lowWidth)
    )
  }

  /// Floats of memory that the phases need.
  static func count(_ geometry: ConvolutionGeometry) -> Int {
    let size = size(geometry)
    return geometry.stride * geometry.stride * size.height * size.width
  }

  func clear() { pointer.update(repeating: 0, count: Self.count(geometry)) }

  /// Calls `body(high row, phase row, first high column, count)` for each run of high pixels of one phase.
  @inline(__always)
  private func forEachRun(_ body: (Int, UnsafeMutablePointer<Float>, Int, Int) -> Void) {
    let (stride, padding) = (geometry.stride, geometry.padding)
    for firstRow in 0..<min(stride, geometry.highHeight) {
      for firstColumn in 0..<min(stride, geometry.highWidth) {
        let (row, column) = (firstRow + padding, firstColumn + padding)
        let phase = row % stride * stride + column % stride
        var line = pointer + (phase * height + row / stride) * width + column / stride
        let count = (geometry.highWidth - firstColumn + stride - 1) / stride
        for y in Swift.stride(from: firstRow, to: geometry.highHeight, by: stride) {
          body(y, line, firstColumn, count)
          line += width
        }
      }
    }
  }

  /// Overwrites the phases' inner part by an image; the zero margin must be there.
  func load(_ image: UnsafePointer<Float>) {
    let (stride, highWidth) = (geometry.stride, geometry.highWidth)
    forEachRun { y, target, first, count in
      let source = image + y * highWidth + first
      if stride == 2 {
        for index in 0..<count { target[index] = source[2 * index] }
      } else {
        for index in 0..<count { target[index] = source[index * stride] }
      }
    }
  }

  /// Overwrites an image by the phases' inner part.
  func store(_ image: UnsafeMutablePointer<Float>) {
    let (stride, highWidth) = (geometry.stride, geometry.highWidth)
    forEachRun { y, source, first, count in
      let target = image + y * highWidth + first
      if stride == 2 {
        for index in 0..<count { target[2 * index] = source[index] }
      } else {
        for index in 0..<count { target[index * stride] = source[index] }
      }
    }
  }

  /// For each tap, where the element lies that low row 0's first pixel meets. Its neighbours meet the following
  /// elements, the next low row those one phase row further.
  var tapOffsets: [Int] {
    let (kernel, stride) = (geometry.kernel, geometry.stride)
    return (0..<kernel * kernel).map { tap in
      let (row, column) = (tap / kernel, tap % kernel)
      let phase = row % stride * stride + column % stride
      return (phase * height + row / stride) * width + column / stride
    }
  }
}

/// target = source for a few elements.
@inline(__always)
private func copyRow(_ target: UnsafeMutablePointer<Float>, _ source: UnsafePointer<Float>, count: Int) {
  var index = 0
  while index + 4 <= count {
    let values = UnsafeRawPointer(source + index).loadUnaligned(as: SIMD4<Float>.self)
    UnsafeMutableRawPointer(target + index).storeBytes(of: values, as: SIMD4<Float>.self)
    index += 4
  }
  while index < count {
    target[index] = source[index]
    index += 1
  }
}

/// target += source for a few elements.
@inline(__always)
private func addRow(_ target: UnsafeMutablePointer<Float>, _ source: UnsafePointer<Float>, count: Int) {
  var index = 0
  while index + 4 <= count {
    let sum =
      UnsafeRawPointer(target + index).loadUnaligned(as: SIMD4<Float>.self)
      + UnsafeRawPointer(source + index).loadUnaligned(as: SIMD4<Float>.self)
    UnsafeMutableRawPointer(target + index).storeBytes(of: sum, as: SIMD4<Float>.self)
    index += 4
  }
  while index < count {
    target[index] += source[index]
    index += 1
  }
}

/// Floats of scratch memory that unrolling needs besides the patches.
func unrollingScratch(_ geometry: ConvolutionGeometry) -> Int { Phases.count(geometry) }

/// patches[tap][low pixel of the block] = high, zero outside the image; overwrites `patches` and `scratch`.
func unroll(
  _ high: UnsafePointer<Float>, into patches: UnsafeMutablePointer<Float>,
  scratch: UnsafeMutablePointer<Float>, _ geometry: ConvolutionGeometry, channels: Range<Int>,
  block: Range<Int>, images: Int
) {
  let phases = Phases(geometry, at: scratch)
  let (lowHeight, lowWidth, lowPixels) = (geometry.lowHeight, geometry.lowWidth, geometry.lowPixels)
  let phaseWidth = phases.width
  let columns = block.count * lowPixels
  phases.clear()
  phases.tapOffsets.withUnsafeBufferPointer { offsets in
    for (channelSlot, channel) in channels.enumerated() {
      for (imageSlot, image) in block.enumerated() {
        phases.load(high + (channel * images + image) * geometry.highPixels)
        var target = patches + channelSlot * offsets.count * columns + imageSlot * lowPixels
        for offset in offsets {
          var (line, source) = (target, scratch + offset)
          for _ in 0..<lowHeight {
            copyRow(line, source, count: lowWidth)
            line += lowWidth
            source += phaseWidth
          }
          target += columns
        }
      }
    }
  }
}

/// high = the sum of all patch elements that fall on each high pixel; overwrites the block's images of `high`
/// and `scratch`.
func addRolled(
  _ patches: UnsafePointer<Float>, into high: UnsafeMutablePointer<Float>,
  scratch: UnsafeMutablePointer<Float>, _ geometry: ConvolutionGeometry, block: Range<Int>, images: Int
) {
  let phases = Phases(geometry, at: scratch)
  let (lowHeight, lowWidth, lowPixels) = (geometry.lowHeight, geometry.lowWidth, geometry.lowPixels)
  let phaseWidth = phases.width
  let columns = block.count * lowPixels
  phases.tapOffsets.withUnsafeBufferPointer { offsets in
    for channel in 0..<geometry.highChannels {
      for (imageSlot, image) in block.enumerated() {
        phases.clear()
        var source = patches + channel * offsets.count * columns + imageSlot * lowPixels
        for offset in offsets {
          var (line, target) = (source, scratch + offset)
          for _ in 0..<lowHeight {
            addRow(target, line, count: lowWidth)
            line += lowWidth
            target += phaseWidth
          }
          source += columns
        }
        phases.store(high + (channel * images + image) * geometry.highPixels)
      }
    }
  }
}
