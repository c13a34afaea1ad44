import CKernels

// The six transforms, applied to whole batches. Each item of work is one plane, or the weights of one low channel;
// the planes of the high side pass through scratch memory with a border of one pixel.

extension PolyphaseConvolution {
  /// How a plane's tiles lie in a stack of points.
  private func grid(_ stack: PanelStack) -> tile_grid {
    tile_grid(
      rows: tileRows, columns: tileColumns, tile_stride: stack.panelStride, point_stride: stack.pointStride)
  }

  /// Rows and columns of a high plane with its border.
  private var borderedCount: Int { (geometry.highHeight + 2) * (geometry.highWidth + 2) * lanes }
  private var lanes: Int { BatchLayout.fullLanes }

  /// V = Bᵀ d B, phase by phase; what lies outside the image counts as zero.
  func transformHigh(
    _ points: UnsafeMutablePointer<Float>, _ source: PlaneSource, context: ComputeContext
  ) {
    let stack = highStack(groups: source.shape.layout.groups)
    let items = HighToPoints(
      points: points, source: source, planeStride: Self.phases * lanes,
      groupStride: tiles * stack.panelStride,
      grid: grid(stack), height: geometry.highHeight, rowLength: geometry.highWidth * lanes,
      processor: context.processor)
    context.perform(items, count: source.shape.count, .transforms, scratch: borderedCount)
  }

  private struct HighToPoints: WorkItems {
    let points: UnsafeMutablePointer<Float>
    let source: PlaneSource
    let planeStride, groupStride: Int
    var grid: tile_grid
    let height, rowLength: Int
    let processor: processor_kernels

    func perform(_ plane: Int, scratch: UnsafeMutablePointer<Float>) {
      let lanes = BatchLayout.fullLanes
      let pitch = rowLength + 2 * lanes
      scratch.update(repeating: 0, count: pitch)
      for y in 0..<height {
        let line = scratch + (y + 1) * pitch
        line.update(repeating: 0, count: lanes)
        source.read(plane, from: y * rowLength, count: rowLength, into: line + lanes)
        (line + lanes + rowLength).update(repeating: 0, count: lanes)
      }
      (scratch + (height + 1) * pitch).update(repeating: 0, count: pitch)
      let shape = source.shape
      let target = points + shape.group(plane) * groupStride + shape.channel(plane) * planeStride
      withUnsafePointer(to: grid) { processor.high_to_points(target, scratch, $0) }
    }
  }

  /// high = Σ B E Bᵀ over tiles and phases; neighbouring tiles of a phase overlap by one.
  func storeHigh(
    _ high: UnsafeMutablePointer<Float>, from points: UnsafePointer<Float>, _ shape: PlaneShape,
    then finish: PlaneFinish, context: ComputeContext
  ) {
    let stack = highStack(groups: shape.layout.groups)
    let items = PointsToHigh(
      high: high, points: points, shape: shape, finish: finish, planeStride: Self.phases * lanes,
      groupStride: tiles * stack.panelStride, grid: grid(stack), height: geometry.highHeight,
      rowLength: geometry.highWidth * lanes, processor: context.processor)
    context.perform(items, count: shape.count, .transforms, scratch: borderedCount)
  }

  private struct PointsToHigh: WorkItems {
    let high: UnsafeMutablePointer<Float>
    let points: UnsafePointer<Float>
    let shape: PlaneShape
    let finish: PlaneFinish
    let planeStride, groupStride: Int
    let grid: tile_grid
    let height, rowLength: Int
    let processor: processor_kernels

    func perform(_ plane: Int, scratch: UnsafeMutablePointer<Float>) {
      let lanes = BatchLayout.fullLanes
      let pitch = rowLength + 2 * lanes
      scratch.update(repeating: 0, count: (height + 2) * pitch)
      let source = points + shape.group(plane) * groupStride + shape.channel(plane) * planeStride
      withUnsafePointer(to: grid) { processor.points_to_high(scratch, source, $0) }
      let target = high + plane * shape.size
      for y in 0..<height {
        (target + y * rowLength).update(from: scratch + (y + 1) * pitch + lanes, count: rowLength)
      }
      finish.apply(plane, target)
    }
  }

  /// D = A y Aᵀ
  func transformLow(
    _ points: UnsafeMutablePointer<Float>, _ source: PlaneSource, context: ComputeContext
  ) {
    let stack = lowStack(groups: source.shape.layout.groups)
    let items = LowToPoints(
      points: points, source: source, groupStride: tiles * stack.panelStride, grid: grid(stack),
      processor: context.processor)
    context.perform(items, count: source.shape.count, .transforms, scratch: source.shape.size)
  }

  private struct LowToPoints: WorkItems {
    let points: UnsafeMutablePointer<Float>
    let source: PlaneSource
    let groupStride: Int
    let grid: tile_grid
    let processor: processor_kernels

    func perform(_ plane: Int, scratch: UnsafeMutablePointer<Float>) {
      let shape = source.shape
      source.read(plane, from: 0, count: shape.size, into: scratch)
      let target =
        points + shape.group(plane) * groupStride + shape.channel(plane) * BatchLayout.fullLanes
      withUnsafePointer(to: grid) { processor.low_to_points(target, scratch, $0) }
    }
  }

  /// low = Aᵀ Y A
  func storeLow(
    _ low: UnsafeMutablePointer<Float>, from points: UnsafePointer<Float>, _ shape: PlaneShape,
    then finish: PlaneFinish, context: ComputeContext
  ) {
    let stack = lowStack(groups: shape.layout.groups)
    let items = PointsToLow(
      low: low, points: points, shape: shape, finish: finish, groupStride: tiles * stack.panelStride,
      grid: grid(stack), processor: context.processor)
    context.perform(items, count: shape.count, .transforms)
  }

  private struct PointsToLow: WorkItems {
    let low: UnsafeMutablePointer<Float>
    let points: UnsafePointer<Float>
    let shape: PlaneShape
    let finish: PlaneFinish
    let groupStride: Int
    let grid: tile_grid
    let processor: processor_kernels

    func perform(_ plane: Int, scratch: UnsafeMutablePointer<Float>) {
      let source =
        points + shape.group(plane) * groupStride + shape.channel(plane) * BatchLayout.fullLanes
      let target = low + plane * shape.size
      withUnsafePointer(to: grid) { processor.points_to_low(target, source, $0) }
      finish.apply(plane, target)
    }
  }

  /// U = G w Gᵀ
  func transformWeights(
    _ points: UnsafeMutablePointer<Float>, _ weights: UnsafePointer<Float>, context: ComputeContext
  ) {
    let items = WeightsToPoints(
      points: points, weights: weights, stack: weightStack, kernels: geometry.highChannels,
      processor: context.processor)
    context.perform(items, count: geometry.lowChannels, .weightTransforms)
  }

  private struct WeightsToPoints: WorkItems {
    let points: UnsafeMutablePointer<Float>
    let weights: UnsafePointer<Float>
    let stack: WeightStack
    let kernels: Int
    let processor: processor_kernels

    func perform(_ low: Int, scratch: UnsafeMutablePointer<Float>) {
      processor.weights_to_points(
        points + low * stack.rowStride, stack.pointStride, weights + low * kernels * 16, kernels)
    }
  }

  /// gradient += Gᵀ dU G
  func addWeightGradient(
    _ gradient: UnsafeMutablePointer<Float>, from points: UnsafePointer<Float>, context: ComputeContext
  ) {
    let items = PointsToWeights(
      gradient: gradient, points: points, stack: weightStack, kernels: geometry.highChannels,
      processor: context.processor)
    context.perform(items, count: geometry.lowChannels, .weightTransforms)
  }

  private struct PointsToWeights: WorkItems {
    let gradient: UnsafeMutablePointer<Float>
    let points: UnsafePointer<Float>
    let stack: WeightStack
    let kernels: Int
    let processor: processor_kernels

    func perform(_ low: Int, scratch: UnsafeMutablePointer<Float>) {
      processor.points_to_weights(
        gradient + low * kernels * 16, points + low * stack.rowStride, stack.pointStride, kernels)
    }
  }
}
