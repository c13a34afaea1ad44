import Kernels
import OpenCL

extension OpenCLEngine {
  public func highToLow(
    _ geometry: ConvolutionGeometry, _ low: FloatBuffer, from high: PlaneSource, weights: BufferSlice,
    then finish: PlaneFinish
  ) {
    let layout = high.shape.layout
    if let polyphase = polyphase(geometry, layout) {
      polyphase.transformHigh(final(high))
      polyphase.highToLow(low, weights: weights)
      return apply(finish, to: low, polyphase.lowShape)
    }
    let convolution = FlatConvolution(geometry, layout)
    let (g, tables) = (convolution.geometry, tables(convolution))
    let columns = layout.count(perImage: g.lowPixels)
    let tile = ProductTile(rows: g.lowChannels, columns: columns, terms: g.taps)
    let count = layout.count(perImage: g.lowChannels * g.lowPixels)
    let source = final(high)
    let target = tile.parts == 1 ? memory(low, changes: true) : parts(tile.parts, of: count)
    launch(
      "highToLow", of: .convolution, tile.definitions, groups: tile.groups, groupSize: tile.groupSize,
      [.memory(target), read(source)] + read(weights) + [
        .memory(tables.highTaps), convolution.argument, int(count),
      ])
    if tile.parts > 1 { addParts(target, tile.parts, to: low.whole, count: count, accumulates: false) }
    apply(finish, to: low, PlaneShape(layout, channels: geometry.lowChannels, pixels: geometry.lowPixels))
  }

  public func lowToHigh(
    _ geometry: ConvolutionGeometry, _ high: FloatBuffer, from low: PlaneSource, weights: BufferSlice,
    then finish: PlaneFinish
  ) {
    let layout = low.shape.layout
    if let polyphase = polyphase(geometry, layout) {
      polyphase.transformLow(final(low))
      polyphase.lowToHigh(high, weights: weights)
      return apply(finish, to: high, polyphase.highShape)
    }
    let convolution = FlatConvolution(geometry, layout)
    let (g, tables) = (convolution.geometry, tables(convolution))
    let columns = layout.count(perImage: tables.largestPhase)
    let tile = ProductTile(
      rows: g.highChannels, columns: columns, products: tables.phaseCount, terms: tables.longestSum)
    let count = layout.count(perImage: g.highChannels * g.highPixels)
    let source = final(low)
    let target = tile.parts == 1 ? memory(high, changes: true) : parts(tile.parts, of: count)
    launch(
      "lowToHigh", of: .convolution, tile.definitions, groups: tile.groups, groupSize: tile.groupSize,
      [.memory(target), read(source)] + read(weights) + [
        .memory(tables.lowTaps), .memory(tables.phases), convolution.argument, int(count), int(tile.parts),
      ])
    if tile.parts > 1 { addParts(target, tile.parts, to: high.whole, count: count, accumulates: false) }
    apply(finish, to: high, PlaneShape(layout, channels: geometry.highChannels, pixels: geometry.highPixels))
  }

  public func backward(_ geometry: ConvolutionGeometry, _ pass: ConvolutionBackward, weights: BufferSlice) {
    // Computed in place, so that the second product can use it as is.
    let gradient = final(pass.gradient)
    if let polyphase = polyphase(geometry, pass.gradient.shape.layout) {
      return backward(pass, gradient, polyphase, weights: weights)
    }
    if let target = pass.weightGradient {
      let input = final(pass.input)
      addWeightGradient(
        geometry, target, high: pass.isOfHighToLow ? input : gradient,
        low: pass.isOfHighToLow ? gradient : input, pass.gradient.shape.layout)
    }
    guard let target = pass.inputGradient?.buffer else { return }
    let plain = PlaneSource.gradients(Gradients(gradient, shape: pass.gradient.shape))
    if pass.isOfHighToLow {
      lowToHigh(geometry, target, from: plain, weights: weights, then: pass.finish)
    } else {
      highToLow(geometry, target, from: plain, weights: weights, then: pass.finish)
    }
  }

  /// The backward pass by the polyphase algorithm; the gradient's transform serves both products.
  private func backward(
    _ pass: ConvolutionBackward, _ gradient: FloatBuffer, _ polyphase: PolyphaseProducts, weights: BufferSlice
  ) {
    if pass.isOfHighToLow {
      polyphase.transformLow(gradient)
      if let target = pass.weightGradient {
        polyphase.transformHigh(final(pass.input))
        polyphase.addWeightGradient(target)
      }
      guard let target = pass.inputGradient?.buffer else { return }
      polyphase.lowToHigh(target, weights: weights)
      apply(pass.finish, to: target, polyphase.highShape)
    } else {
      polyphase.transformHigh(gradient)
      if let target = pass.weightGradient {
        polyphase.transformLow(final(pass.input))
        polyphase.addWeightGradient(target)
      }
      guard let target = pass.inputGradient?.buffer else { return }
      polyphase.highToLow(target, weights: weights)
      apply(pass.finish, to: target, polyphase.lowShape)
    }
  }

  /// The polyphase algorithm; nil if it does not apply or would not pay off.
  private func polyphase(_ geometry: ConvolutionGeometry, _ layout: BatchLayout) -> PolyphaseProducts? {
    kernels == .fast ? PolyphaseProducts(geometry, layout, engine: self) : nil
  }

  private func addWeightGradient(
    _ geometry: ConvolutionGeometry, _ gradient: BufferSlice, high: FloatBuffer, low: FloatBuffer,
    _ layout: BatchLayout
  ) {
    let convolution = FlatConvolution(geometry, layout)
    let g = convolution.geometry
    let tile = ProductTile(
      rows: g.lowChannels, columns: g.taps, terms: layout.count(perImage: g.lowPixels))
    let target = parts(tile.parts, of: g.weightCount)
    launch(
      "weightGradient", of: .convolution, tile.definitions, groups: tile.groups, groupSize: tile.groupSize,
      [
        .memory(target), read(high), read(low), .memory(tables(convolution).highTaps), convolution.argument,
      ])
    addParts(target, tile.parts, to: gradient, count: g.weightCount, accumulates: true)
  }

  /// Memory for the partial sums of a product.
  func parts(_ parts: Int, of count: Int) -> OpenCLMemory {
    scratch(.parts, bytes: parts * count * MemoryLayout<Float>.size)
  }

  private func addParts(
    _ partial: OpenCLMemory, _ parts: Int, to target: BufferSlice, count: Int, accumulates: Bool
  ) {
    launch(
      "addParts", of: .elementwise, count: count,
      change(target) + [.memory(partial), int(parts), .int(accumulates ? 1 : 0), int(count)])
  }

  private func tables(_ convolution: FlatConvolution) -> ConvolutionTables {
    let key = TableKey(geometry: convolution.geometry, lanes: convolution.layout.lanes)
    if let tables = tables[key] { return tables }
    let made = ConvolutionTables(key.geometry, lanes: key.lanes, engine: self)
    tables[key] = made
    return made
  }

  /// A buffer with the final values; gradients are computed in place.
  private func final(_ source: PlaneSource) -> FloatBuffer {
    switch source {
    case .activations(let activations):
      precondition(
        activations.normalization == nil && activations.activation == .identity,
        "this convolution needs final activations, but these are computed on load")
      return activations.buffer.buffer
    case .gradients(let gradients):
      if gradients.normalization != nil { read(source, into: gradients.buffer.buffer) }
      return gradients.buffer.buffer
    }
  }
}

/// A convolution as the kernels see it: a matrix product if the kernel covers the whole high side.
private struct FlatConvolution {
  let geometry: ConvolutionGeometry
  let layout: BatchLayout

  init(_ geometry: ConvolutionGeometry, _ layout: BatchLayout) {
    self.layout = layout
    let g = geometry
    let isSquare = g.kernel == g.highHeight && g.kernel == g.highWidth
    let coversAll = isSquare && g.padding == 0 && g.paddingAfter == 0
    // One channel per pixel: both sides and the weights keep their memory layout.
    self.geometry =
      coversAll
      ? ConvolutionGeometry(
        highChannels: g.taps, highHeight: 1, highWidth: 1, lowChannels: g.lowChannels, kernel: 1, stride: 1,
        padding: 0) : g
  }

  /// `Geometry` in convolution.cl.
  var argument: OpenCLArgument {
    let g = geometry
    return .ints(
      [
        g.highChannels, g.highHeight, g.highWidth, g.lowChannels, g.lowHeight, g.lowWidth, g.kernel, g.stride,
        g.padding, layout.groups, layout.lanes,
      ].map { Int32($0) })
  }
}
