import CKernels

/// Convolutions as panel products over unrolled patches (im2col): any kernel, stride, padding and shape.
///
/// A patch is the part of the high side under the kernel at one low pixel. Unrolled patches form panels with a row per
/// tap (channel, kernel row, kernel column); the 16 columns of a panel are one low pixel of 16 images or, in a batch
/// without lanes, 16 low pixels of one image.
struct PanelConvolution: Hashable, Sendable {
  /// Floats of patches that a work item unrolls at a time: they fit the L2 cache beside the weights.
  static let patchesPerItem = 1 << 15
  /// Rows of a product per work item.
  static let rowsPerItem = 24
  static let columns = PanelProduct.columns

  let geometry: ConvolutionGeometry

  /// Whether the kernel covers the whole high side, so that the high side in memory is already its one patch.
  var isWhole: Bool {
    geometry.lowPixels == 1 && geometry.padding == 0 && geometry.kernel == geometry.highHeight
      && geometry.kernel == geometry.highWidth
  }
  var kernelTaps: Int { geometry.kernel * geometry.kernel }

  func highToLow(
    _ low: UnsafeMutablePointer<Float>, high: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    layout: BatchLayout, context: ComputeContext
  ) {
    if layout.lanes == 1 {
      highToLowOfSingleImages(low, high: high, weights: weights, images: layout.images, context: context)
    } else if isWhole {
      let items = WholeHighToLow(
        low: low, high: high, weights: weights, rows: geometry.lowChannels, taps: geometry.taps,
        groups: layout.groups, processor: context.processor)
      context.perform(items, count: chunkCount(of: Self.rowsPerItem, total: geometry.lowChannels), .panels)
    } else {
      let pixels = max(4, Self.patchesPerItem / (geometry.taps * Self.columns))
      let items = UnrolledHighToLow(
        convolution: self, low: low, high: high, weights: weights, pixelsPerItem: pixels,
        blocks: chunkCount(of: pixels, total: geometry.lowPixels), processor: context.processor)
      context.perform(
        items, count: layout.groups * items.blocks, .panels, scratch: pixels * geometry.taps * Self.columns)
    }
  }

  /// low = weights · high, for some rows.
  private struct WholeHighToLow: WorkItems {
    let low: UnsafeMutablePointer<Float>
    let high, weights: UnsafePointer<Float>
    let rows, taps, groups: Int
    let processor: processor_kernels

    func perform(_ item: Int, scratch: UnsafeMutablePointer<Float>) {
      let range = chunk(item, of: rowsPerItem, total: rows)
      PanelProduct.multiply(
        PanelFactor(pointer: weights + range.lowerBound * taps, rowStep: taps, innerStep: 1),
        by: Panels(pointer: high, panelStep: taps * columns),
        into: Panels(pointer: low + range.lowerBound * columns, panelStep: rows * columns),
        rows: range.count, panels: groups, inner: taps, processor)
    }
  }

  /// Some low pixels of one group.
  private struct UnrolledHighToLow: WorkItems {
    let convolution: PanelConvolution
    let low: UnsafeMutablePointer<Float>
    let high, weights: UnsafePointer<Float>
    let pixelsPerItem, blocks: Int
    let processor: processor_kernels

    func perform(_ item: Int, scratch patches: UnsafeMutablePointer<Float>) {
      let g = convolution.geometry
      let (group, pixels) = (item / blocks, chunk(item % blocks, of: pixelsPerItem, total: g.lowPixels))
      convolution.unroll(
        high + group * g.highChannels * g.highPixels * columns, channels: 0..<g.highChannels,
        pixels: pixels, into: patches)
      let target = low + (group * g.lowChannels * g.lowPixels + pixels.lowerBound) * columns
      PanelProduct.multiply(
        PanelFactor(pointer: weights, rowStep: g.taps, innerStep: 1),
        by: Panels(pointer: UnsafePointer(patches), panelStep: g.taps * columns),
        into: Panels(pointer: target, panelStep: columns, rowStep: g.lowPixels * columns),
        rows: g.lowChannels, panels: pixels.count, inner: g.taps, processor)
    }
  }

  func lowToHigh(
    _ high: UnsafeMutablePointer<Float>, low: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    layout: BatchLayout, context: ComputeContext
  ) {
    if layout.lanes == 1 {
      lowToHighOfSingleImages(high, low: low, weights: weights, images: layout.images, context: context)
    } else if isWhole {
      let items = WholeLowToHigh(
        high: high, low: low, weights: weights, rows: geometry.lowChannels, taps: geometry.taps,
        groups: layout.groups, processor: context.processor)
      context.perform(items, count: chunkCount(of: items.tapsPerItem, total: geometry.taps), .panels)
    } else {
      let items = UnrolledLowToHigh(
        convolution: self, high: high, low: low, weights: weights, channelsPerItem: channelsPerItem,
        blocks: chunkCount(of: channelsPerItem, total: geometry.highChannels), processor: context.processor)
      context.perform(items, count: layout.groups * items.blocks, .panels, scratch: items.scratchCount)
    }
  }

  /// High channels that a work item handles together: at most 64 rows of a product, unless one channel has more.
  var channelsPerItem: Int { max(1, 64 / kernelTaps) }

  /// high = weightsᵀ · low, for some taps.
  private struct WholeLowToHigh: WorkItems {
    let tapsPerItem = 96
    let high: UnsafeMutablePointer<Float>
    let low, weights: UnsafePointer<Float>
    let rows, taps, groups: Int
    let processor: processor_kernels

    func perform(_ item: Int, scratch: UnsafeMutablePointer<Float>) {
      let range = chunk(item, of: tapsPerItem, total: taps)
      PanelProduct.multiply(
        PanelFactor(pointer: weights + range.lowerBound, rowStep: 1, innerStep: taps),
        by: Panels(pointer: low, panelStep: rows * columns),
        into: Panels(pointer: high + range.lowerBound * columns, panelStep: taps * columns),
        rows: range.count, panels: groups, inner: rows, processor)
    }
  }

  /// Some high channels of one group: patches = weightsᵀ · low, accumulated into the high side (col2im).
  private struct UnrolledLowToHigh: WorkItems {
    let pixelsAtATime = 16
    let convolution: PanelConvolution
    let high: UnsafeMutablePointer<Float>
    let low, weights: UnsafePointer<Float>
    let channelsPerItem, blocks: Int
    let processor: processor_kernels

    /// Space for a block of low pixels in panels, and for their patches.
    var scratchCount: Int {
      let rows = channelsPerItem * convolution.kernelTaps
      return pixelsAtATime * (convolution.geometry.lowChannels + rows) * columns
    }

    func perform(_ item: Int, scratch: UnsafeMutablePointer<Float>) {
      let g = convolution.geometry
      let group = item / blocks
      let channels = chunk(item % blocks, of: channelsPerItem, total: g.highChannels)
      let rows = channels.count * convolution.kernelTaps
      let source = low + group * g.lowChannels * g.lowPixels * columns
      let target = high + group * g.highChannels * g.highPixels * columns
      let plane = g.highPixels * columns
      (target + channels.lowerBound * plane).update(repeating: 0, count: channels.count * plane)
      let patches = scratch + pixelsAtATime * g.lowChannels * columns
      for block in 0..<chunkCount(of: pixelsAtATime, total: g.lowPixels) {
        let pixels = chunk(block, of: pixelsAtATime, total: g.lowPixels)
        for channel in 0..<g.lowChannels {
          for (index, pixel) in pixels.enumerated() {
            copyLanes(
              scratch + (index * g.lowChannels + channel) * columns,
              source + (channel * g.lowPixels + pixel) * columns)
          }
        }
        PanelProduct.multiply(
          PanelFactor(
            pointer: weights + channels.lowerBound * convolution.kernelTaps, rowStep: 1, innerStep: g.taps),
          by: Panels(pointer: UnsafePointer(scratch), panelStep: g.lowChannels * columns),
          into: Panels(pointer: patches, panelStep: rows * columns), rows: rows, panels: pixels.count,
          inner: g.lowChannels, processor)
        convolution.addRolled(patches, channels: channels, pixels: pixels, to: target)
      }
    }
  }
}

// MARK: Weight gradient

extension PanelConvolution {
  /// Low channels that a work item handles together.
  private static let gradientRowsPerItem = 64

  /// gradient += low · patchesᵀ, for a batch with full lanes.
  func weightGradient(
    _ gradient: UnsafeMutablePointer<Float>, high: UnsafePointer<Float>, low: UnsafePointer<Float>,
    layout: BatchLayout, context: ComputeContext
  ) {
    // Few taps make too few items for several threads; then rows are split more finely.
    let tapBlocks = chunkCount(of: channelsPerItem, total: geometry.highChannels)
    let rowsPerItem = tapBlocks >= 4 ? Self.gradientRowsPerItem : 16
    let items = WeightGradient(
      convolution: self, gradient: gradient, high: high, low: low, layout: layout, rowsPerItem: rowsPerItem,
      rowBlocks: chunkCount(of: rowsPerItem, total: geometry.lowChannels), processor: context.processor)
    context.perform(items, count: tapBlocks * items.rowBlocks, .panels, scratch: items.scratchCount)
  }

  private struct WeightGradient: WorkItems {
    /// Panels summed in one chain: 256 products.
    let panelsAtATime = 16
    let convolution: PanelConvolution
    let gradient: UnsafeMutablePointer<Float>
    let high, low: UnsafePointer<Float>
    let layout: BatchLayout
    let rowsPerItem, rowBlocks: Int
    let processor: processor_kernels

    private var mostTaps: Int { convolution.channelsPerItem * convolution.kernelTaps }
    /// Taps rounded up to whole vectors.
    private var mostVectors: Int { chunkCount(of: columns, total: mostTaps) }

    /// Space for the patches of 16 panels, for their transposes, and for the item's sums.
    var scratchCount: Int {
      let width = mostVectors * columns
      return width * columns * panelsAtATime * 2 + rowsPerItem * width
    }

    func perform(_ item: Int, scratch: UnsafeMutablePointer<Float>) {
      let g = convolution.geometry
      let rows = chunk(item % rowBlocks, of: rowsPerItem, total: g.lowChannels)
      let channels = chunk(
        item / rowBlocks, of: convolution.channelsPerItem, total: g.highChannels)
      let taps = channels.count * convolution.kernelTaps
      let vectors = chunkCount(of: columns, total: taps)
      let width = vectors * columns
      let transposed = scratch + mostVectors * columns * columns * panelsAtATime
      let sums = transposed + mostVectors * columns * columns * panelsAtATime
      // Clear the padding rows after the last tap.
      scratch.update(repeating: 0, count: width * columns * panelsAtATime)
      // With one pixel per image, a block of panels spans all groups; otherwise it lies in one group.
      let acrossGroups = g.lowPixels == 1
      let panels = acrossGroups ? layout.groups : g.lowPixels
      var isFirst = true
      for group in 0..<(acrossGroups ? 1 : layout.groups) {
        for block in 0..<chunkCount(of: panelsAtATime, total: panels) {
          let range = chunk(block, of: panelsAtATime, total: panels)
          for (index, panel) in range.enumerated() {
            let (imageGroup, pixel) = acrossGroups ? (panel, 0) : (group, panel)
            let patches = scratch + index * width * columns
            convolution.unroll(
              high + imageGroup * g.highChannels * g.highPixels * columns, channels: channels,
              pixels: pixel..<pixel + 1, into: patches)
            for vector in 0..<vectors {
              processor.transpose(
                transposed + (vector * panelsAtATime + index) * columns * columns, columns,
                patches + vector * columns * columns, columns)
            }
          }
          let plane = g.lowPixels * columns
          let (firstGroup, firstPixel) = acrossGroups ? (range.lowerBound, 0) : (group, range.lowerBound)
          PanelProduct.multiply(
            PanelFactor(
              pointer: low + (firstGroup * g.lowChannels + rows.lowerBound) * plane + firstPixel * columns,
              rowStep: plane, innerStep: 1, outerStep: acrossGroups ? g.lowChannels * plane : columns),
            by: Panels(
              pointer: UnsafePointer(transposed), panelStep: panelsAtATime * columns * columns,
              outerStep: columns * columns),
            into: Panels(pointer: sums, panelStep: columns, rowStep: width), rows: rows.count,
            panels: vectors, outer: range.count, inner: columns, accumulating: !isFirst, processor)
          isFirst = false
        }
      }
      for (index, row) in rows.enumerated() {
        let target = gradient + row * g.taps + channels.lowerBound * convolution.kernelTaps
        let source = sums + index * width
        for tap in 0..<taps { target[tap] += source[tap] }
      }
    }
  }
}

// MARK: Patches

extension PanelConvolution {
  /// patches[pixel][tap] = the high side of one group, zero outside the image; 16 lanes each.
  @inline(__always)
  func unroll(
    _ high: UnsafePointer<Float>, channels: Range<Int>, pixels: Range<Int>,
    into patches: UnsafeMutablePointer<Float>
  ) {
    var target = patches
    forEachTap(channels: channels, pixels: pixels) { position in
      if let position {
        copyLanes(target, high + position)
      } else {
        target.update(repeating: 0, count: Self.columns)
      }
      target += Self.columns
    }
  }

  /// high += patches[pixel][tap] of some channels and pixels (col2im).
  @inline(__always)
  fileprivate func addRolled(
    _ patches: UnsafePointer<Float>, channels: Range<Int>, pixels: Range<Int>,
    to high: UnsafeMutablePointer<Float>
  ) {
    var source = patches
    forEachTap(channels: channels, pixels: pixels) { position in
      if let position { addLanes(high + position, source) }
      source += Self.columns
    }
  }

  /// Calls `body` for each tap of each pixel with its offset in one group's high side, nil outside the image.
  @inline(__always)
  private func forEachTap(channels: Range<Int>, pixels: Range<Int>, _ body: (_ position: Int?) -> Void) {
    let g = geometry
    for pixel in pixels {
      let (top, left) = (
        pixel / g.lowWidth * g.stride - g.padding, pixel % g.lowWidth * g.stride - g.padding
      )
      for channel in channels {
        for row in top..<top + g.kernel {
          let line = (channel * g.highHeight + row) * g.highWidth
          for column in left..<left + g.kernel {
            // One unsigned comparison checks both ends: a negative position becomes huge.
            let isInside =
              UInt(bitPattern: row) < UInt(bitPattern: g.highHeight)
              && UInt(bitPattern: column) < UInt(bitPattern: g.highWidth)
            body(isInside ? (line + column) * Self.columns : nil)
          }
        }
      }
    }
  }
}

@inline(__always)
private func copyLanes(_ target: UnsafeMutablePointer<Float>, _ source: UnsafePointer<Float>) {
  UnsafeMutableRawPointer(target).storeBytes(of: lanes(source), as: SIMD16<Float>.self)
}

@inline(__always)
private func addLanes(_ target: UnsafeMutablePointer<Float>, _ source: UnsafePointer<Float>) {
  let sum = lanes(UnsafePointer(target)) + lanes(source)
  UnsafeMutableRawPointer(target).storeBytes(of: sum, as: SIMD16<Float>.self)
}

@inline(__always)
private func lanes(_ source: UnsafePointer<Float>) -> SIMD16<Float> {
  UnsafeRawPointer(source).loadUnaligned(as: SIMD16<Float>.self)
}
