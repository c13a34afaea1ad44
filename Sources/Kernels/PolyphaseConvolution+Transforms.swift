// The six transforms. Each item of work is one channel of one group; its vectors hold half a group's lanes.

private typealias Lanes = ToomCook.Lanes
private let halves = BatchLayout.fullLanes / Lanes.scalarCount
private let lanes = BatchLayout.fullLanes

@inline(__always)
private func load(_ pointer: UnsafePointer<Float>) -> Lanes {
  UnsafeRawPointer(pointer).loadUnaligned(as: Lanes.self)
}

@inline(__always)
private func store(_ values: Lanes, _ pointer: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: values, as: Lanes.self)
}

/// Stores five vectors, `step` floats from one to the next: a row of the 25 points.
@inline(__always)
private func store(_ values: ToomCook.Five<Lanes>, _ line: UnsafeMutablePointer<Float>, step: Int) {
  store(values.0, line)
  store(values.1, line + step)
  store(values.2, line + 2 * step)
  store(values.3, line + 3 * step)
  store(values.4, line + 4 * step)
}

/// Applies a transform of five to five along the columns, then along the rows of a 5×5 square.
///
/// - Parameters:
///   - element: the element in a row and a column.
///   - finish: takes row and the row's five results.
@inline(__always)
private func transformSquare(
  _ transform: (ToomCook.Five<Lanes>) -> ToomCook.Five<Lanes>,
  _ element: (_ row: Int, _ column: Int) -> Lanes,
  _ finish: (_ row: Int, ToomCook.Five<Lanes>) -> Void
) {
  @inline(__always)
  func column(_ index: Int) -> ToomCook.Five<Lanes> {
    transform(
      (element(0, index), element(1, index), element(2, index), element(3, index), element(4, index)))
  }
  let columns = (column(0), column(1), column(2), column(3), column(4))
  finish(0, transform((columns.0.0, columns.1.0, columns.2.0, columns.3.0, columns.4.0)))
  finish(1, transform((columns.0.1, columns.1.1, columns.2.1, columns.3.1, columns.4.1)))
  finish(2, transform((columns.0.2, columns.1.2, columns.2.2, columns.3.2, columns.4.2)))
  finish(3, transform((columns.0.3, columns.1.3, columns.2.3, columns.3.3, columns.4.3)))
  finish(4, transform((columns.0.4, columns.1.4, columns.2.4, columns.3.4, columns.4.4)))
}

extension PolyphaseConvolution {
  /// V = Bᵀ d B, phase by phase; what lies outside the image counts as zero.
  func transformHigh(
    _ transformed: UnsafeMutablePointer<Float>, _ high: UnsafePointer<Float>, groups: Int,
    context: ComputeContext
  ) {
    nonisolated(unsafe) let (transformed, high) = (transformed, high)
    let g = geometry
    let stack = highStack(groups: groups)
    let (tileColumns, tiles) = (tileColumns, tiles)
    context.forEach(groups * g.highChannels, .transforms) { item, _ in
      let (group, channel) = (item / g.highChannels, item % g.highChannels)
      let image = high + item * g.highPixels * lanes
      for tile in 0..<tiles {
        let (top, left) = (tile / tileColumns * 8 - 1, tile % tileColumns * 8 - 1)
        for phase in 0..<4 {
          let (firstRow, firstColumn) = (top + phase / 2, left + phase % 2)
          let panel = transformed + (group * tiles + tile) * stack.panelStride
          let target = panel + (channel * 4 + phase) * lanes
          for half in 0..<halves {
            let offset = half * Lanes.scalarCount
            transformSquare(ToomCook.input) { j, i in
              let (y, x) = (firstRow + 2 * j, firstColumn + 2 * i)
              // One comparison a side: a negative position is a huge unsigned one.
              guard UInt(bitPattern: y) < UInt(bitPattern: g.highHeight),
                UInt(bitPattern: x) < UInt(bitPattern: g.highWidth)
              else { return Lanes() }
              return load(image + (y * g.highWidth + x) * lanes + offset)
            } _: { j, values in
              let line = target + j * 5 * stack.pointStride + offset
              store(values, line, step: stack.pointStride)
            }
          }
        }
      }
    }
  }

  /// high = Σ B E Bᵀ over tiles and phases; neighbouring tiles of a phase overlap by one.
  func storeHigh(
    _ high: UnsafeMutablePointer<Float>, from product: UnsafePointer<Float>, groups: Int,
    context: ComputeContext
  ) {
    nonisolated(unsafe) let (high, product) = (high, product)
    let g = geometry
    let stack = highStack(groups: groups)
    let (tileColumns, tiles) = (tileColumns, tiles)
    context.forEach(groups * g.highChannels, .transforms) { item, _ in
      let (group, channel) = (item / g.highChannels, item % g.highChannels)
      let image = high + item * g.highPixels * lanes
      image.update(repeating: 0, count: g.highPixels * lanes)
      for tile in 0..<tiles {
        let (top, left) = (tile / tileColumns * 8 - 1, tile % tileColumns * 8 - 1)
        for phase in 0..<4 {
          let (firstRow, firstColumn) = (top + phase / 2, left + phase % 2)
          let panel = product + (group * tiles + tile) * stack.panelStride
          let source = panel + (channel * 4 + phase) * lanes
          for half in 0..<halves {
            let offset = half * Lanes.scalarCount
            @inline(__always)
            func add(_ values: Lanes, _ y: Int, _ x: Int) {
              guard UInt(bitPattern: y) < UInt(bitPattern: g.highHeight),
                UInt(bitPattern: x) < UInt(bitPattern: g.highWidth)
              else { return }
              let pixel = image + (y * g.highWidth + x) * lanes + offset
              store(load(pixel) + values, pixel)
            }
            transformSquare(ToomCook.inputTransposed) { j, i in
              load(source + (j * 5 + i) * stack.pointStride + offset)
            } _: { j, values in
              let y = firstRow + 2 * j
              add(values.0, y, firstColumn)
              add(values.1, y, firstColumn + 2)
              add(values.2, y, firstColumn + 4)
              add(values.3, y, firstColumn + 6)
              add(values.4, y, firstColumn + 8)
            }
          }
        }
      }
    }
  }

  /// D = A y Aᵀ
  func transformLow(
    _ transformed: UnsafeMutablePointer<Float>, _ low: UnsafePointer<Float>, groups: Int,
    context: ComputeContext
  ) {
    nonisolated(unsafe) let (transformed, low) = (transformed, low)
    let g = geometry
    let stack = lowStack(groups: groups)
    let (tileColumns, tiles) = (tileColumns, tiles)
    context.forEach(groups * g.lowChannels, .transforms) { item, _ in
      let (group, channel) = (item / g.lowChannels, item % g.lowChannels)
      for tile in 0..<tiles {
        let corner = tile / tileColumns * 4 * g.lowWidth + tile % tileColumns * 4
        let source = low + (item * g.lowPixels + corner) * lanes
        let target = transformed + (group * tiles + tile) * stack.panelStride + channel * lanes
        for half in 0..<halves {
          let offset = half * Lanes.scalarCount
          @inline(__always)
          func column(_ x: Int) -> ToomCook.Five<Lanes> {
            let top = source + x * lanes + offset
            let step = g.lowWidth * lanes
            return ToomCook.outputTransposed(
              (load(top), load(top + step), load(top + 2 * step), load(top + 3 * step)))
          }
          let columns = (column(0), column(1), column(2), column(3))
          @inline(__always)
          func finish(_ j: Int, _ row: ToomCook.Four<Lanes>) {
            let values = ToomCook.outputTransposed(row)
            let line = target + j * 5 * stack.pointStride + offset
            store(values, line, step: stack.pointStride)
          }
          finish(0, (columns.0.0, columns.1.0, columns.2.0, columns.3.0))
          finish(1, (columns.0.1, columns.1.1, columns.2.1, columns.3.1))
          finish(2, (columns.0.2, columns.1.2, columns.2.2, columns.3.2))
          finish(3, (columns.0.3, columns.1.3, columns.2.3, columns.3.3))
          finish(4, (columns.0.4, columns.1.4, columns.2.4, columns.3.4))
        }
      }
    }
  }

  /// low = Aᵀ Y A
  func storeLow(
    _ low: UnsafeMutablePointer<Float>, from product: UnsafePointer<Float>, groups: Int,
    context: ComputeContext
  ) {
    nonisolated(unsafe) let (low, product) = (low, product)
    let g = geometry
    let stack = lowStack(groups: groups)
    let (tileColumns, tiles) = (tileColumns, tiles)
    context.forEach(groups * g.lowChannels, .transforms) { item, _ in
      let (group, channel) = (item / g.lowChannels, item % g.lowChannels)
      for tile in 0..<tiles {
        let corner = tile / tileColumns * 4 * g.lowWidth + tile % tileColumns * 4
        let target = low + (item * g.lowPixels + corner) * lanes
        let source = product + (group * tiles + tile) * stack.panelStride + channel * lanes
        for half in 0..<halves {
          let offset = half * Lanes.scalarCount
          @inline(__always)
          func column(_ i: Int) -> ToomCook.Four<Lanes> {
            let top = source + i * stack.pointStride + offset
            let step = 5 * stack.pointStride
            return ToomCook.output(
              (load(top), load(top + step), load(top + 2 * step), load(top + 3 * step), load(top + 4 * step)))
          }
          let columns = (column(0), column(1), column(2), column(3), column(4))
          @inline(__always)
          func finish(_ y: Int, _ row: ToomCook.Five<Lanes>) {
            let values = ToomCook.output(row)
            let line = target + y * g.lowWidth * lanes + offset
            store(values.0, line)
            store(values.1, line + lanes)
            store(values.2, line + 2 * lanes)
            store(values.3, line + 3 * lanes)
          }
          finish(0, (columns.0.0, columns.1.0, columns.2.0, columns.3.0, columns.4.0))
          finish(1, (columns.0.1, columns.1.1, columns.2.1, columns.3.1, columns.4.1))
          finish(2, (columns.0.2, columns.1.2, columns.2.2, columns.3.2, columns.4.2))
          finish(3, (columns.0.3, columns.1.3, columns.2.3, columns.3.3, columns.4.3))
        }
      }
    }
  }
}
