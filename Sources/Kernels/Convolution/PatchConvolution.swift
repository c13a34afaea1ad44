/// Convolutions as matrix products over unrolled patches (im2col): any kernel, stride, padding and shape.
///
/// A patch is the part of the high side under the kernel at one low pixel. Unrolled patches form a matrix with a row
/// per tap (channel, kernel row, kernel column) and a column per low pixel and lane.
struct PatchConvolution: Hashable, Sendable {
  /// Minimum number of columns per work item.
  private static let columnsPerItem = 1024
  /// Rows of the unrolled matrix per work item.
  private static let tapsPerItem = 64

  let geometry: ConvolutionGeometry

  private var channelsPerItem: Int { max(1, Self.tapsPerItem / (geometry.kernel * geometry.kernel)) }

  /// Low rows per work item.
  private func rowsPerItem(_ layout: BatchLayout) -> Int {
    max(1, Self.columnsPerItem / (geometry.lowWidth * layout.lanes))
  }

  func highToLow(
    _ low: UnsafeMutablePointer<Float>, high: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    layout: BatchLayout, context: ComputeContext
  ) {
    let size = rowsPerItem(layout)
    let items = HighToLow(
      convolution: self, low: low, high: high, weights: weights, lanes: layout.lanes, rowsPerItem: size,
      blocks: chunkCount(of: size, total: geometry.lowHeight))
    context.perform(
      items, count: layout.groups * items.blocks, .panels,
      scratch: geometry.taps * size * geometry.lowWidth * layout.lanes)
  }

  /// Some low rows of one group.
  private struct HighToLow: WorkItems {
    let convolution: PatchConvolution
    let low: UnsafeMutablePointer<Float>
    let high, weights: UnsafePointer<Float>
    let lanes, rowsPerItem, blocks: Int

    func perform(_ item: Int, scratch patches: UnsafeMutablePointer<Float>) {
      let g = convolution.geometry
      let (group, rows) = (item / blocks, chunk(item % blocks, of: rowsPerItem, total: g.lowHeight))
      let rowLength = g.lowWidth * lanes
      let columns = rows.count * rowLength
      convolution.unroll(
        high + group * g.highChannels * g.highPixels * lanes, into: patches, channels: 0..<g.highChannels,
        rows: rows, lanes: lanes)
      let plane = g.lowPixels * lanes
      multiply(
        MatrixOperand(weights, rowStride: g.taps), MatrixOperand(patches, rowStride: columns),
        into: low + group * g.lowChannels * plane + rows.lowerBound * rowLength, rowStride: plane,
        rows: g.lowChannels, columns: columns, inner: g.taps, accumulating: false)
    }
  }

  func lowToHigh(
    _ high: UnsafeMutablePointer<Float>, low: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    layout: BatchLayout, context: ComputeContext
  ) {
    let items = LowToHigh(
      convolution: self, high: high, low: low, weights: weights, lanes: layout.lanes,
      blocks: chunkCount(of: channelsPerItem, total: geometry.highChannels))
    context.perform(
      items, count: layout.groups * items.blocks, .panels,
      scratch: channelsPerItem * geometry.kernel * geometry.kernel * geometry.lowPixels * layout.lanes)
  }

  /// Some high channels of one group.
  private struct LowToHigh: WorkItems {
    let convolution: PatchConvolution
    let high: UnsafeMutablePointer<Float>
    let low, weights: UnsafePointer<Float>
    let lanes, blocks: Int

    func perform(_ item: Int, scratch patches: UnsafeMutablePointer<Float>) {
      let g = convolution.geometry
      let kernelTaps = g.kernel * g.kernel
      let columns = g.lowPixels * lanes
      let group = item / blocks
      let channels = chunk(item % blocks, of: convolution.channelsPerItem, total: g.highChannels)
      multiply(
        MatrixOperand(weights + channels.lowerBound * kernelTaps, rowStride: g.taps, transposed: true),
        MatrixOperand(low + group * g.lowChannels * columns, rowStride: columns),
        into: patches, rowStride: columns,
        rows: channels.count * kernelTaps, columns: columns, inner: g.lowChannels, accumulating: false)
      convolution.addRolled(
        patches, into: high + group * g.highChannels * g.highPixels * lanes, channels: channels, lanes: lanes)
    }
  }

  func weightGradient(
    _ gradient: UnsafeMutablePointer<Float>, high: UnsafePointer<Float>, low: UnsafePointer<Float>,
    layout: BatchLayout, context: ComputeContext
  ) {
    let items = WeightGradient(
      convolution: self, gradient: gradient, high: high, low: low, layout: layout)
    context.perform(
      items, count: chunkCount(of: channelsPerItem, total: geometry.highChannels), .panels,
      scratch: channelsPerItem * geometry.kernel * geometry.kernel * geometry.lowPixels * layout.lanes)
  }

  /// The weights of some high channels.
  private struct WeightGradient: WorkItems {
    let convolution: PatchConvolution
    let gradient: UnsafeMutablePointer<Float>
    let high, low: UnsafePointer<Float>
    let layout: BatchLayout

    func perform(_ item: Int, scratch patches: UnsafeMutablePointer<Float>) {
      let g = convolution.geometry
      let kernelTaps = g.kernel * g.kernel
      let columns = g.lowPixels * layout.lanes
      let channels = chunk(item, of: convolution.channelsPerItem, total: g.highChannels)
      for group in 0..<layout.groups {
        convolution.unroll(
          high + group * g.highChannels * g.highPixels * layout.lanes, into: patches, channels: channels,
          rows: 0..<g.lowHeight, lanes: layout.lanes)
        multiply(
          MatrixOperand(low + group * g.lowChannels * columns, rowStride: columns),
          MatrixOperand(patches, rowStride: columns, transposed: true),
          into: gradient + channels.lowerBound * kernelTaps, rowStride: g.taps,
          rows: g.lowChannels, columns: channels.count * kernelTaps, inner: columns, accumulating: true)
      }
    }
  }
}

extension PatchConvolution {
  /// The low positions whose high position lies inside the image, for one tap in one direction.
  @inline(__always)
  private func inside(tap: Int, high: Int, low: Range<Int>) -> Range<Int> {
    let (stride, offset) = (geometry.stride, tap - geometry.padding)
    let first = offset >= 0 ? 0 : (stride - 1 - offset) / stride
    let end = high <= offset ? 0 : (high - 1 - offset) / stride + 1
    let start = min(max(first, low.lowerBound), low.upperBound)
    return start..<max(start, min(end, low.upperBound))
  }

  /// patches[tap][low pixel and lane of some rows] = the high side of one group, zero outside the image.
  private func unroll(
    _ high: UnsafePointer<Float>, into patches: UnsafeMutablePointer<Float>, channels: Range<Int>,
    rows: Range<Int>, lanes: Int
  ) {
    let g = geometry
    let rowLength = g.lowWidth * lanes
    var target = patches
    for channel in channels {
      for kernelRow in 0..<g.kernel {
        let insideRows = inside(tap: kernelRow, high: g.highHeight, low: rows)
        for kernelColumn in 0..<g.kernel {
          let columns = inside(tap: kernelColumn, high: g.highWidth, low: 0..<g.lowWidth)
          for y in rows {
            guard insideRows.contains(y) else {
              target.update(repeating: 0, count: rowLength)
              target += rowLength
              continue
            }
            let highRow = channel * g.highHeight + y * g.stride + kernelRow - g.padding
            let line = high + (highRow * g.highWidth + kernelColumn - g.padding) * lanes
            target.update(repeating: 0, count: columns.lowerBound * lanes)
            for x in columns { copyLanes(target + x * lanes, line + x * g.stride * lanes, lanes) }
            let rest = columns.upperBound * lanes
            (target + rest).update(repeating: 0, count: rowLength - rest)
            target += rowLength
          }
        }
      }
    }
  }

  /// high = for each pixel of some channels of one group, the sum of the patch elements that fall on it (col2im).
  private func addRolled(
    _ patches: UnsafePointer<Float>, into high: UnsafeMutablePointer<Float>, channels: Range<Int>, lanes: Int
  ) {
    let g = geometry
    let plane = g.highPixels * lanes
    (high + channels.lowerBound * plane).update(repeating: 0, count: channels.count * plane)
    var source = patches
    for channel in channels {
      for kernelRow in 0..<g.kernel {
        let rows = inside(tap: kernelRow, high: g.highHeight, low: 0..<g.lowHeight)
        for kernelColumn in 0..<g.kernel {
          let columns = inside(tap: kernelColumn, high: g.highWidth, low: 0..<g.lowWidth)
          for y in rows {
            let highRow = channel * g.highHeight + y * g.stride + kernelRow - g.padding
            let line = high + (highRow * g.highWidth + kernelColumn - g.padding) * lanes
            let values = source + y * g.lowWidth * lanes
            for x in columns { addLanes(line + x * g.stride * lanes, values + x * lanes, lanes) }
          }
          source += g.lowPixels * lanes
        }
      }
    }
  }
}

@inline(__always)
private func copyLanes(_ target: UnsafeMutablePointer<Float>, _ source: UnsafePointer<Float>, _ lanes: Int) {
  if lanes == 1 {
    target.pointee = source.pointee
  } else {
    storeLanes(loadLanes(source), target)
  }
}

@inline(__always)
private func addLanes(_ target: UnsafeMutablePointer<Float>, _ source: UnsafePointer<Float>, _ lanes: Int) {
  if lanes == 1 {
    target.pointee += source.pointee
  } else {
    storeLanes(loadLanes(UnsafePointer(target)) + loadLanes(source), target)
  }
}

@inline(__always)
private func loadLanes(_ source: UnsafePointer<Float>) -> SIMD16<Float> {
  UnsafeRawPointer(source).loadUnaligned(as: SIMD16<Float>.self)
}

@inline(__always)
private func storeLanes(_ values: SIMD16<Float>, _ target: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(target).storeBytes(of: values, as: SIMD16<Float>.self)
}
