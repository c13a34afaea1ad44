import Kernels
import OpenCL

/// A 4×4 convolution of stride 2 and padding 1 by Toom-Cook F(4×4, 2×2), with 2.56 times fewer multiplications. For the
/// algebra see `PolyphaseConvolution`, for the kernels polyphase.cl.
///
///     high → low     Y_p  = U_p · V_p        low = Aᵀ Y A
///     low → high     E_p  = U_pᵀ · D_p       high = Σ B E Bᵀ
///     weights        dU_p = D_p · V_pᵀ       dw += Gᵀ dU G
///
/// V and E share the engine's scratch memory for high sides, D and Y that for low sides. So products must directly
/// follow the transforms they use, and a product overwrites the transform of the other side.
struct PolyphaseProducts {
  private static let points = 25

  private let engine: OpenCLEngine
  private let geometry: ConvolutionGeometry
  private let layout: BatchLayout
  /// Rows of the high side's matrices: (channel, phase).
  private let highRows: Int
  private let columns: Int

  /// nil for a geometry or layout that the algorithm does not support, or on which it would not pay off.
  init?(_ g: ConvolutionGeometry, _ layout: BatchLayout, engine: OpenCLEngine) {
    let isHalved = g.highHeight == 2 * g.lowHeight && g.highWidth == 2 * g.lowWidth
    guard g.kernel == 4, g.stride == 2, g.padding == 1, isHalved, g.lowHeight % 4 == 0, g.lowWidth % 4 == 0,
      g.highChannels >= 8, g.lowChannels >= 8, layout.lanes == BatchLayout.fullLanes
    else { return nil }
    self.engine = engine
    geometry = g
    self.layout = layout
    highRows = 4 * g.highChannels
    columns = layout.count(perImage: g.lowPixels / 16)
  }

  var highShape: PlaneShape {
    PlaneShape(layout, channels: geometry.highChannels, pixels: geometry.highPixels)
  }
  var lowShape: PlaneShape {
    PlaneShape(layout, channels: geometry.lowChannels, pixels: geometry.lowPixels)
  }

  // MARK: - Transforms of the input

  /// Computes V of a high side, for `highToLow` or `addWeightGradient`.
  func transformHigh(_ high: FloatBuffer) {
    launch("transformHigh", count: highRows * columns, [.memory(highPoints), engine.read(high)])
  }

  /// Computes D of a low side, for `lowToHigh` or `addWeightGradient`.
  func transformLow(_ low: FloatBuffer) {
    launch("transformLow", count: geometry.lowChannels * columns, [.memory(lowPoints), engine.read(low)])
  }

  // MARK: - Products

  /// low = the convolution of the side that `transformHigh` was given.
  func highToLow(_ low: FloatBuffer, weights: BufferSlice) {
    transformWeights(weights)
    multiply(
      lowPoints, weightPoints, highPoints, rows: geometry.lowChannels, columns: columns, terms: highRows)
    launch(
      "lowFromPoints", count: geometry.lowChannels * columns, [engine.change(low), .memory(lowPoints)])
  }

  /// high = the transposed convolution of the side that `transformLow` was given.
  func lowToHigh(_ high: FloatBuffer, weights: BufferSlice) {
    transformWeights(weights)
    multiply(
      highPoints, weightPoints, lowPoints, rows: highRows, columns: columns, terms: geometry.lowChannels,
      transposes: (true, false))
    launch("highFromPoints", count: highRows * columns, [engine.change(high), .memory(highPoints)])
  }

  /// gradient += the weight gradient, from the sides that both transforms were given.
  func addWeightGradient(_ gradient: BufferSlice) {
    let count = geometry.lowChannels * highRows
    multiply(
      weightPoints, lowPoints, highPoints, rows: geometry.lowChannels, columns: highRows, terms: columns,
      transposes: (false, true))
    engine.launch(
      "addWeightsFromPoints", of: .polyphase, count: count,
      engine.change(gradient) + [.memory(weightPoints), engine.int(count)])
  }

  private func transformWeights(_ weights: BufferSlice) {
    let count = geometry.lowChannels * highRows
    engine.launch(
      "transformWeights", of: .polyphase, count: count,
      [.memory(weightPoints)] + engine.read(weights) + [engine.int(count)])
  }

  /// target = a·b at each point.
  ///
  /// - Parameter transposes: whether `a` and `b` are stored transposed.
  private func multiply(
    _ target: OpenCLMemory, _ a: OpenCLMemory, _ b: OpenCLMemory, rows: Int, columns: Int, terms: Int,
    transposes: (Bool, Bool) = (false, false)
  ) {
    let tile = ProductTile(rows: rows, columns: columns, products: Self.points, terms: terms)
    let count = Self.points * rows * columns
    let result = tile.parts == 1 ? target : engine.parts(tile.parts, of: count)
    let definitions =
      tile.definitions + [
        Definition(name: "A_TRANSPOSED", value: transposes.0 ? 1 : 0),
        Definition(name: "B_TRANSPOSED", value: transposes.1 ? 1 : 0),
      ]
    engine.launch(
      "pointProducts", of: .products, definitions, groups: tile.groups, groupSize: tile.groupSize,
      [
        .memory(result), .memory(a), .memory(b), engine.int(rows), engine.int(columns), engine.int(terms),
        engine.int(Self.points),
      ])
    if tile.parts == 1 { return }
    engine.launch(
      "addParts", of: .elementwise, count: count,
      [
        .memory(target), .int(0), .memory(result), engine.int(tile.parts), .int(0), engine.int(count),
      ])
  }

  /// Launches a transform of one side, with one work-item for each of the `count` elements of a point.
  private func launch(_ name: String, count: Int, _ buffers: [OpenCLArgument]) {
    let g = geometry
    let tiling = [g.highChannels, g.lowChannels, g.lowHeight, g.lowWidth, layout.groups, layout.lanes]
    engine.launch(
      name, of: .polyphase, count: count,
      buffers + [.ints(tiling.map { Int32($0) }), engine.int(columns), engine.int(count)])
  }

  // MARK: - Memory

  private var highPoints: OpenCLMemory { points(.highPoints, highRows * columns) }
  private var lowPoints: OpenCLMemory { points(.lowPoints, geometry.lowChannels * columns) }
  private var weightPoints: OpenCLMemory { points(.weightPoints, geometry.lowChannels * highRows) }

  /// Memory for all points of `count` elements each.
  private func points(_ purpose: ScratchPurpose, _ count: Int) -> OpenCLMemory {
    let elements = Self.points * count
    // Stops unless the kernels can index all of them. A product is split into parts only if it has far fewer.
    _ = engine.int(elements)
    return engine.scratch(purpose, bytes: elements * MemoryLayout<Float>.size)
  }
}
