import CKernels

/// The 4×4 convolution of stride 2 and padding 1 with 2.56 times fewer multiplications.
///
/// *Polyphase*: split rows and columns of the high side by parity, and the convolution becomes one of 2×2 taps
/// and stride 1 over four *phases* of the input. In one dimension,
///
///     y[i] = Σ_k w[k]·x[2i + k − 1],   k = 2a + r:   phase r has the taps w[2a + r] and the inputs x[2j + r − 1].
///
/// *Toom-Cook F(4, 2)* in both directions (`toom_cook.h` has the matrices) then takes 25 products for a tile of
/// 4×4 outputs instead of 64. For each of the 25 points p,
///
///     U = G w Gᵀ    V = Bᵀ d B    D = A y Aᵀ        (weights; high side; low side)
///
///     high → low     Y_p  = U_p · V_p    summed over (channel, phase)      low = Aᵀ Y A
///     low → high     E_p  = U_pᵀ · D_p   summed over low channels          high = Σ B E Bᵀ, tiles overlap
///     weights        dU_p = D_p · V_pᵀ   summed over tiles and images      dw += Gᵀ dU G
///
/// Convolution and transposed convolution use the same functions with the sides exchanged. With the points
/// 0, −1, 1/2, 2, ∞ the result's relative error is 1e-6 (rms), against 3e-7 for the plain products.
struct PolyphaseConvolution: Hashable, Sendable {
  static let points = 25
  static let phases = 4
  /// Distances between rows and between points are kept off multiples of 4 KB, where stores to 25 points would
  /// all fall into the same few cache lines.
  private static let strideOffset = 16
  /// Rows of a product in one item of work, and columns of a product of the weights' gradient.
  private static let rowsPerItem = 64
  private static let columnsPerItem = 64

  let geometry: ConvolutionGeometry

  /// nil for geometries that the algorithm does not fit, or on which it would not pay.
  init?(_ geometry: ConvolutionGeometry) {
    guard geometry.kernel == 4, geometry.stride == 2, geometry.padding == 1, geometry.lowHeight % 4 == 0,
      geometry.lowWidth % 4 == 0, geometry.highHeight == 2 * geometry.lowHeight,
      geometry.highWidth == 2 * geometry.lowWidth, geometry.highChannels % 4 == 0, geometry.highChannels >= 8,
      geometry.lowChannels >= 8
    else { return nil }
    self.geometry = geometry
  }

  /// Tiles of one channel, in rows and columns.
  var tileRows: Int { geometry.lowHeight / 4 }
  var tileColumns: Int { geometry.lowWidth / 4 }
  var tiles: Int { tileRows * tileColumns }
  /// Rows of V and E: a channel's four phases follow one another.
  private var highRows: Int { geometry.highChannels * Self.phases }

  /// 25 matrices of an activation, each in panels of 16 columns: `[point][group, tile][row][lane]`.
  struct PanelStack {
    let rows: Int
    let panels: Int

    var panelStride: Int { rows * PanelProduct.columns }
    var pointStride: Int { panels * panelStride + PolyphaseConvolution.strideOffset }
    var count: Int { PolyphaseConvolution.points * pointStride }
  }

  /// 25 matrices of the weights: `[point][low channel][high channel, phase]`.
  struct WeightStack {
    let rows: Int
    let columns: Int

    var rowStride: Int { columns + PolyphaseConvolution.strideOffset }
    var pointStride: Int { rows * rowStride + PolyphaseConvolution.strideOffset }
    var count: Int { PolyphaseConvolution.points * pointStride }
  }

  /// V and E, whose rows are (channel, phase).
  func highStack(groups: Int) -> PanelStack { PanelStack(rows: highRows, panels: groups * tiles) }
  /// D and Y, whose rows are channels.
  func lowStack(groups: Int) -> PanelStack { PanelStack(rows: geometry.lowChannels, panels: groups * tiles) }
  /// U and dU.
  var weightStack: WeightStack { WeightStack(rows: geometry.lowChannels, columns: highRows) }

  var weightCount: Int { weightStack.count }
  func highCount(groups: Int) -> Int { highStack(groups: groups).count }
  func lowCount(groups: Int) -> Int { lowStack(groups: groups).count }

  /// Y_p = U_p · V_p, then low = Aᵀ Y A.
  func highToLow(
    _ low: UnsafeMutablePointer<Float>, high: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    _ shape: PlaneShape, then finish: PlaneFinish, context: ComputeContext
  ) {
    let groups = shape.layout.groups
    let stack = lowStack(groups: groups)
    let product = context.sharedScratch(stack.count)
    let weightRows = PanelFactor(pointer: weights, rowStep: weightStack.rowStride, innerStep: 1)
    multiply(weightRows, by: high, highStack(groups: groups), into: product, stack, context)
    storeLow(low, from: product, shape, then: finish, context: context)
  }

  /// E_p = U_pᵀ · D_p, then high = Σ B E Bᵀ.
  func lowToHigh(
    _ high: UnsafeMutablePointer<Float>, low: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    _ shape: PlaneShape, then finish: PlaneFinish, context: ComputeContext
  ) {
    let groups = shape.layout.groups
    let stack = highStack(groups: groups)
    let product = context.sharedScratch(stack.count)
    let weightColumns = PanelFactor(pointer: weights, rowStep: 1, innerStep: weightStack.rowStride)
    multiply(weightColumns, by: low, lowStack(groups: groups), into: product, stack, context)
    storeHigh(high, from: product, shape, then: finish, context: context)
  }

  /// product = weights · right, point by point, in items of some rows.
  ///
  /// - Parameter weights: the first point's.
  private func multiply(
    _ weights: PanelFactor, by right: UnsafePointer<Float>, _ rightStack: PanelStack,
    into product: UnsafeMutablePointer<Float>, _ productStack: PanelStack, _ context: ComputeContext
  ) {
    let blocks = chunkCount(of: Self.rowsPerItem, total: productStack.rows)
    let items = ProductItems(
      weights: weights, weightPointStride: weightStack.pointStride, right: right, rightStack: rightStack,
      product: product, productStack: productStack, blocks: blocks, processor: context.processor)
    context.perform(items, count: Self.points * blocks, .products)
  }

  private struct ProductItems: WorkItems {
    let weights: PanelFactor
    let weightPointStride: Int
    let right: UnsafePointer<Float>
    let rightStack: PanelStack
    let product: UnsafeMutablePointer<Float>
    let productStack: PanelStack
    let blocks: Int
    let processor: processor_kernels

    func perform(_ item: Int, scratch: UnsafeMutablePointer<Float>) {
      let point = item / blocks
      let rows = chunk(item % blocks, of: rowsPerItem, total: productStack.rows)
      var left = weights
      left.pointer += point * weightPointStride + rows.lowerBound * weights.rowStep
      let target =
        product + point * productStack.pointStride + rows.lowerBound * PanelProduct.columns
      PanelProduct.multiply(
        left,
        by: Panels(pointer: right + point * rightStack.pointStride, panelStep: rightStack.panelStride),
        into: Panels(pointer: target, panelStep: productStack.panelStride), rows: rows.count,
        panels: productStack.panels, inner: rightStack.rows, processor)
    }
  }

  /// dU_p = D_p · V_pᵀ, then gradient += Gᵀ dU G.
  func weightGradient(
    _ gradient: UnsafeMutablePointer<Float>, high: UnsafePointer<Float>, low: UnsafePointer<Float>,
    groups: Int, context: ComputeContext
  ) {
    let (highStack, stack) = (highStack(groups: groups), weightStack)
    let product = context.sharedScratch(stack.count)
    let blocks = chunkCount(of: Self.columnsPerItem, total: highStack.rows)
    let items = WeightProductItems(
      high: high, highStack: highStack, low: low, lowStack: lowStack(groups: groups), product: product,
      weightStack: stack, blocks: blocks, processor: context.processor)
    context.perform(
      items, count: Self.points * blocks, .products,
      scratch: highStack.panels * PanelProduct.columns * Self.columnsPerItem)
    addWeightGradient(gradient, from: product, context: context)
  }

  private struct WeightProductItems: WorkItems {
    let high: UnsafePointer<Float>
    let highStack: PanelStack
    let low: UnsafePointer<Float>
    let lowStack: PanelStack
    let product: UnsafeMutablePointer<Float>
    let weightStack: WeightStack
    let blocks: Int
    let processor: processor_kernels

    /// Some columns of dU_p. V is transposed on the way, 16 rows of a panel at a time.
    func perform(_ item: Int, scratch transposed: UnsafeMutablePointer<Float>) {
      let width = PanelProduct.columns
      let (point, columns) = (
        item / blocks, chunk(item % blocks, of: columnsPerItem, total: highStack.rows)
      )
      let vectors = columns.count / width
      let vectorStride = highStack.panels * width * width
      let source = high + point * highStack.pointStride + columns.lowerBound * width
      for vector in 0..<vectors {
        for panel in 0..<highStack.panels {
          processor.transpose(
            transposed + vector * vectorStride + panel * width * width, width,
            source + panel * highStack.panelStride + vector * width * width, width)
        }
      }
      let target = product + point * weightStack.pointStride + columns.lowerBound
      PanelProduct.multiply(
        PanelFactor(
          pointer: low + point * lowStack.pointStride, rowStep: width, innerStep: 1,
          outerStep: lowStack.panelStride),
        by: Panels(pointer: transposed, panelStep: vectorStride, outerStep: width * width),
        into: Panels(pointer: target, panelStep: width, rowStep: weightStack.rowStride),
        rows: lowStack.rows, panels: vectors, outer: lowStack.panels, inner: width, processor)
    }
  }
}
