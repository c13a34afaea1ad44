/// 2×2 max pooling and nearest-neighbor up-sampling by 2: the layers without weights between two resolutions.
///
/// Both work plane by plane in the kernels' layout, so that any number of threads gives the same bits. A *high* plane
/// has twice the rows and columns of its *low* one.
enum Resampling {
  /// low = the maximum of each 2×2 pixels of `high`; a last odd row or column is dropped. Overwrites `low`.
  ///
  /// - Parameters:
  ///   - channels: channels per image.
  ///   - height: rows of the high side, at least 2.
  ///   - width: columns of the high side, at least 2.
  static func maxPool(
    _ low: UnsafeMutablePointer<Float>, from high: UnsafePointer<Float>, layout: BatchLayout, channels: Int,
    height: Int, width: Int, context: ComputeContext
  ) {
    struct Items: WorkItems {
      let low: UnsafeMutablePointer<Float>
      let high: UnsafePointer<Float>
      let grid: PairedGrid

      func perform(_ plane: Int, scratch: UnsafeMutablePointer<Float>) {
        grid.forEachCell(plane) { cell, corner in
          for lane in 0..<grid.lanes {
            let (a, b, c, d) = grid.corners(high + corner + lane)
            let (top, bottom) = (a >= b ? a : b, c >= d ? c : d)
            low[cell + lane] = top >= bottom ? top : bottom
          }
        }
      }
    }
    let grid = PairedGrid(layout, channels: channels, highHeight: height, highWidth: width)
    context.perform(Items(low: low, high: high, grid: grid), count: grid.planes, .normalization)
  }

  /// The gradient of `maxPool` with respect to its input: the gradient of each low pixel goes to the first maximum, in
  /// row order, of its four pixels, as in torch. Overwrites `highGradient`.
  ///
  /// - Parameter high: the input of `maxPool`.
  static func maxPoolGradient(
    _ highGradient: UnsafeMutablePointer<Float>, from lowGradient: UnsafePointer<Float>,
    high: UnsafePointer<Float>, layout: BatchLayout, channels: Int, height: Int, width: Int,
    context: ComputeContext
  ) {
    struct Items: WorkItems {
      let highGradient: UnsafeMutablePointer<Float>
      let lowGradient, high: UnsafePointer<Float>
      let grid: PairedGrid

      func perform(_ plane: Int, scratch: UnsafeMutablePointer<Float>) {
        let (row, lanes) = (grid.highRow, grid.lanes)
        if grid.leavesOut {
          (highGradient + plane * grid.highSize).update(repeating: 0, count: grid.highSize)
        }
        grid.forEachCell(plane) { cell, corner in
          for lane in 0..<lanes {
            let (a, b, c, d) = grid.corners(high + corner + lane)
            let gradient = lowGradient[cell + lane]
            let takesTop = (a >= b ? a : b) >= (c >= d ? c : d)
            let (top, bottom): (Float, Float) = takesTop ? (gradient, 0) : (0, gradient)
            let target = highGradient + corner + lane
            target[0] = a >= b ? top : 0
            target[lanes] = a >= b ? 0 : top
            target[row] = c >= d ? bottom : 0
            target[row + lanes] = c >= d ? 0 : bottom
          }
        }
      }
    }
    let grid = PairedGrid(layout, channels: channels, highHeight: height, highWidth: width)
    let items = Items(highGradient: highGradient, lowGradient: lowGradient, high: high, grid: grid)
    context.perform(items, count: grid.planes, .normalization)
  }

  /// high = each pixel of `low` repeated as 2×2 pixels. Overwrites `high`.
  ///
  /// - Parameters:
  ///   - height: rows of the low side.
  ///   - width: columns of the low side.
  static func upSample(
    _ high: UnsafeMutablePointer<Float>, from low: UnsafePointer<Float>, layout: BatchLayout, channels: Int,
    height: Int, width: Int, context: ComputeContext
  ) {
    struct Items: WorkItems {
      let high: UnsafeMutablePointer<Float>
      let low: UnsafePointer<Float>
      let grid: PairedGrid

      func perform(_ plane: Int, scratch: UnsafeMutablePointer<Float>) {
        let (row, lanes) = (grid.highRow, grid.lanes)
        grid.forEachCell(plane) { cell, corner in
          for lane in 0..<lanes {
            let value = low[cell + lane]
            let target = high + corner + lane
            target[0] = value
            target[lanes] = value
            target[row] = value
            target[row + lanes] = value
          }
        }
      }
    }
    let grid = PairedGrid(layout, channels: channels, highHeight: 2 * height, highWidth: 2 * width)
    context.perform(Items(high: high, low: low, grid: grid), count: grid.planes, .normalization)
  }

  /// The gradient of `upSample` with respect to its input: the sum of each 2×2 pixels. Overwrites `lowGradient`.
  static func upSampleGradient(
    _ lowGradient: UnsafeMutablePointer<Float>, from highGradient: UnsafePointer<Float>, layout: BatchLayout,
    channels: Int, height: Int, width: Int, context: ComputeContext
  ) {
    struct Items: WorkItems {
      let lowGradient: UnsafeMutablePointer<Float>
      let highGradient: UnsafePointer<Float>
      let grid: PairedGrid

      func perform(_ plane: Int, scratch: UnsafeMutablePointer<Float>) {
        grid.forEachCell(plane) { cell, corner in
          for lane in 0..<grid.lanes {
            let (a, b, c, d) = grid.corners(highGradient + corner + lane)
            lowGradient[cell + lane] = (a + b) + (c + d)
          }
        }
      }
    }
    let grid = PairedGrid(layout, channels: channels, highHeight: 2 * height, highWidth: 2 * width)
    let items = Items(lowGradient: lowGradient, highGradient: highGradient, grid: grid)
    context.perform(items, count: grid.planes, .normalization)
  }
}

/// The positions of a low plane's pixels and of the 2×2 high pixels of each.
private struct PairedGrid {
  let lanes, planes, highRow, highSize, lowHeight, lowWidth: Int
  /// Whether the high side has an odd row or column, which no low pixel covers.
  let leavesOut: Bool

  init(_ layout: BatchLayout, channels: Int, highHeight: Int, highWidth: Int) {
    precondition(highHeight >= 2 && highWidth >= 2, "no 2×2 pixels in \(highHeight)×\(highWidth)")
    lanes = layout.lanes
    planes = layout.groups * channels
    highRow = highWidth * layout.lanes
    highSize = highHeight * highRow
    lowHeight = highHeight / 2
    lowWidth = highWidth / 2
    leavesOut = highHeight % 2 == 1 || highWidth % 2 == 1
  }

  /// Calls `body` with the offsets of each low pixel's first lane and of the first lane of its upper left high pixel.
  @inline(__always)
  func forEachCell(_ plane: Int, _ body: (_ cell: Int, _ corner: Int) -> Void) {
    var cell = plane * lowHeight * lowWidth * lanes
    for row in 0..<lowHeight {
      var corner = plane * highSize + 2 * row * highRow
      for _ in 0..<lowWidth {
        body(cell, corner)
        cell += lanes
        corner += 2 * lanes
      }
    }
  }

  /// The values of the four pixels whose upper left one is at `first`, in row order.
  @inline(__always)
  func corners(_ first: UnsafePointer<Float>) -> (Float, Float, Float, Float) {
    (first[0], first[lanes], first[highRow], first[highRow + lanes])
  }
}
