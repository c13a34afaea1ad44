import CKernels

// The three products. Each work item takes some channels through all 25 points, in its own scratch memory.

extension PolyphaseConvolution {
  /// low planes = Aᵀ (U · V) A, for some groups.
  func lowPlanes(
    _ low: UnsafeMutablePointer<Float>, _ groups: Range<Int>, from v: PointStack,
    weights: UnsafePointer<Float>, then finish: PlaneFinish, context: ComputeContext
  ) {
    let items = LowPlanes(
      convolution: self, low: low, groups: groups, v: v, weights: weights, finish: finish,
      rowsPerItem: lowChannelsPerItem(panels: v.panels), processor: context.processor)
    context.perform(
      items, count: chunkCount(of: items.rowsPerItem, total: geometry.lowChannels), .products,
      scratch: items.scratchCount)
  }

  /// At most 12, which is two tiles of products; fewer where Y would outgrow the cache or there would be too few items
  /// for several threads.
  private func lowChannelsPerItem(panels: Int) -> Int {
    let eighth = (geometry.lowChannels + 15) / 16 * 2
    return max(4, min(12, eighth, 12 * 16 / panels))
  }

  private struct LowPlanes: WorkItems {
    let convolution: PolyphaseConvolution
    let low: UnsafeMutablePointer<Float>
    let groups: Range<Int>
    let v: PointStack
    let weights: UnsafePointer<Float>
    let finish: PlaneFinish
    let rowsPerItem: Int
    let processor: processor_kernels

    /// U: `[point][low channel][high channel, phase]`.
    private var uRowStride: Int { v.rows + strideOffset }
    private var uPointStride: Int { rowsPerItem * uRowStride + strideOffset }
    /// Y: `[point][group, tile][low channel][lane]`.
    private var yPointStride: Int { v.panels * rowsPerItem * lanes + strideOffset }

    var scratchCount: Int { points * (uPointStride + yPointStride) }

    func perform(_ item: Int, scratch u: UnsafeMutablePointer<Float>) {
      let g = convolution.geometry
      let channels = chunk(item, of: rowsPerItem, total: g.lowChannels)
      var rows = weight_rows(
        rows: channels.count, kernels: g.highChannels, weights_row: g.taps, points_row: uRowStride,
        point_stride: uPointStride)
      processor.weights_to_points(&rows, u, weights + channels.lowerBound * g.taps)
      let y = u + points * uPointStride
      let panelStride = channels.count * lanes
      for point in 0..<points {
        PanelProduct.multiply(
          PanelFactor(pointer: u + point * uPointStride, rowStep: uRowStride, innerStep: 1),
          by: v.panels(point), into: Panels(pointer: y + point * yPointStride, panelStep: panelStride),
          rows: channels.count, panels: v.panels, inner: v.rows, processor)
      }
      let grid = convolution.grid(tileStride: panelStride, pointStride: yPointStride)
      let size = g.lowPixels * lanes
      for (index, group) in groups.enumerated() {
        for (row, channel) in channels.enumerated() {
          let plane = group * g.lowChannels + channel
          let target = low + plane * size
          let source = y + index * convolution.tiles * panelStride + row * lanes
          withUnsafePointer(to: grid) { processor.points_to_low(target, source, $0) }
          finish.apply(plane, target)
        }
      }
    }
  }

  /// high planes = Σ B (Uᵀ · D) Bᵀ over tiles and phases, for some groups.
  func highPlanes(
    _ high: UnsafeMutablePointer<Float>, _ groups: Range<Int>, from d: PointStack,
    weights: UnsafePointer<Float>, then finish: PlaneFinish, context: ComputeContext
  ) {
    let items = HighPlanes(
      convolution: self, high: high, groups: groups, d: d, weights: weights, finish: finish,
      processor: context.processor)
    context.perform(
      items, count: chunkCount(of: HighPlanes.channelsPerItem, total: geometry.highChannels), .products,
      scratch: items.scratchCount)
  }

  private struct HighPlanes: WorkItems {
    /// The number of high channels is a multiple of 4, so all items are the same size.
    static let channelsPerItem = 4
    private static let rows = channelsPerItem * phases

    let convolution: PolyphaseConvolution
    let high: UnsafeMutablePointer<Float>
    let groups: Range<Int>
    let d: PointStack
    let weights: UnsafePointer<Float>
    let finish: PlaneFinish
    let processor: processor_kernels

    /// U: `[point][low channel][high channel, phase]`, for the item's high channels.
    private var uPointStride: Int { d.rows * Self.rows + strideOffset }
    /// E: `[point][group, tile][high channel, phase][lane]`.
    private var ePointStride: Int { d.panels * Self.rows * lanes + strideOffset }

    var scratchCount: Int { points * (uPointStride + ePointStride) + convolution.borderedCount }

    func perform(_ item: Int, scratch u: UnsafeMutablePointer<Float>) {
      let g = convolution.geometry
      let first = item * Self.channelsPerItem
      var rows = weight_rows(
        rows: g.lowChannels, kernels: Self.channelsPerItem, weights_row: g.taps, points_row: Self.rows,
        point_stride: uPointStride)
      processor.weights_to_points(&rows, u, weights + first * g.kernel * g.kernel)
      let e = u + points * uPointStride
      let panelStride = Self.rows * lanes
      for point in 0..<points {
        PanelProduct.multiply(
          PanelFactor(pointer: u + point * uPointStride, rowStep: 1, innerStep: Self.rows),
          by: d.panels(point), into: Panels(pointer: e + point * ePointStride, panelStep: panelStride),
          rows: Self.rows, panels: d.panels, inner: d.rows, processor)
      }
      let bordered = e + points * ePointStride
      let grid = convolution.grid(tileStride: panelStride, pointStride: ePointStride)
      for (index, group) in groups.enumerated() {
        for row in 0..<Self.channelsPerItem {
          bordered.update(repeating: 0, count: convolution.borderedCount)
          let source = e + index * convolution.tiles * panelStride + row * phases * lanes
          withUnsafePointer(to: grid) { processor.points_to_high(bordered, source, $0) }
          copyInside(of: bordered, toPlane: group * g.highChannels + first + row)
        }
      }
    }

    private func copyInside(of bordered: UnsafePointer<Float>, toPlane plane: Int) {
      let g = convolution.geometry
      let rowLength = g.highWidth * lanes
      let target = high + plane * g.highHeight * rowLength
      for y in 0..<g.highHeight {
        (target + y * rowLength)
          .update(from: bordered + (y + 1) * (rowLength + 2 * lanes) + lanes, count: rowLength)
      }
      finish.apply(plane, target)
    }
  }

  /// gradient += Gᵀ (D · Vᵀ) G
  func addWeightGradient(
    _ gradient: UnsafeMutablePointer<Float>, high v: PointStack, low d: PointStack, context: ComputeContext
  ) {
    // Two vectors of (channel, phase) at a time, or one where items would be too few for several threads.
    let items = WeightGradient(
      convolution: self, gradient: gradient, v: v, d: d, channelsPerItem: geometry.highChannels >= 32 ? 8 : 4,
      processor: context.processor)
    context.perform(
      items, count: chunkCount(of: items.channelsPerItem, total: geometry.highChannels), .products,
      scratch: items.scratchCount)
  }

  private struct WeightGradient: WorkItems {
    let convolution: PolyphaseConvolution
    let gradient: UnsafeMutablePointer<Float>
    let v, d: PointStack
    let channelsPerItem: Int
    let processor: processor_kernels

    private var mostRows: Int { channelsPerItem * phases }
    /// dU: `[point][low channel][high channel, phase]`, for the item's high channels.
    private var duPointStride: Int { d.rows * mostRows + strideOffset }
    /// Vᵀ of one point: `[vector of 16 rows][panel, lane][row]`.
    private var vectorStride: Int { v.panels * lanes * lanes }

    var scratchCount: Int { points * duPointStride + mostRows / lanes * vectorStride }

    func perform(_ item: Int, scratch du: UnsafeMutablePointer<Float>) {
      let g = convolution.geometry
      let channels = chunk(item, of: channelsPerItem, total: g.highChannels)
      let vectors = channels.count * phases / lanes
      let transposed = du + points * duPointStride
      for point in 0..<points {
        let source = v.pointer + point * v.pointStride + channels.lowerBound * phases * lanes
        for vector in 0..<vectors {
          for panel in 0..<v.panels {
            processor.transpose(
              transposed + vector * vectorStride + panel * lanes * lanes, lanes,
              source + panel * v.panelStride + vector * lanes * lanes, lanes)
          }
        }
        PanelProduct.multiply(
          PanelFactor(
            pointer: d.pointer + point * d.pointStride, rowStep: lanes, innerStep: 1,
            outerStep: d.panelStride),
          by: Panels(
            pointer: UnsafePointer(transposed), panelStep: vectorStride, outerStep: lanes * lanes),
          into: Panels(
            pointer: du + point * duPointStride, panelStep: lanes, rowStep: channels.count * phases),
          rows: d.rows, panels: vectors, outer: d.panels, inner: lanes, processor)
      }
      var rows = weight_rows(
        rows: g.lowChannels, kernels: channels.count, weights_row: g.taps,
        points_row: channels.count * phases, point_stride: duPointStride)
      processor.points_to_weights(&rows, gradient + channels.lowerBound * g.kernel * g.kernel, du)
    }
  }
}
