/// Which algorithms compute convolutions.
public enum KernelSet: String, CaseIterable, Sendable {
  /// Fewer multiplications where an algorithm for that is at hand (`PolyphaseConvolution`), panels elsewhere.
  case fast
  /// The definition's own products by OpenBLAS (`PatchConvolution`), for comparison.
  case reference
}

/// A backward pass through a convolution or a transposed convolution.
public struct ConvolutionBackward {
  /// Whether the forward pass went from the high side to the low one: a convolution's does.
  public var isOfHighToLow: Bool
  /// The gradient with respect to the forward pass's result.
  public var gradient: PlaneSource
  /// What the forward pass was given.
  public var input: PlaneSource
  /// `[low][high][kernel][kernel]`, accumulated into; nil where it is not wanted.
  public var weightGradient: BufferSlice?
  /// The gradient with respect to the input, overwritten; nil where it is not wanted.
  public var inputGradient: BufferSlice?
  /// Applied to the input gradient's planes.
  public var finish: PlaneFinish

  public init(
    isOfHighToLow: Bool, gradient: PlaneSource, input: PlaneSource,
    weightGradient: BufferSlice?, inputGradient: FloatBuffer?,
    then finish: PlaneFinish = .nothing
  ) {
    self.isOfHighToLow = isOfHighToLow
    self.gradient = gradient
    self.input = input
    self.weightGradient = weightGradient
    self.inputGradient = inputGradient?.whole
    self.finish = finish
  }
}

/// A convolution of one geometry: three products that serve convolutions and transposed convolutions alike.
///
/// Weights are `[low][high][kernel][kernel]`. Padded lanes of gradients must be zero.
public struct Convolution: Hashable, Sendable {
  public let geometry: ConvolutionGeometry
  private let kernels: KernelSet
  private let polyphase: PolyphaseConvolution?

  public init(_ geometry: ConvolutionGeometry, kernels: KernelSet) {
    self.geometry = geometry
    self.kernels = kernels
    polyphase = kernels == .fast ? PolyphaseConvolution(geometry) : nil
  }

  /// The algorithm for batches of a layout that works on transforms; nil where another does.
  private func polyphase(_ layout: BatchLayout) -> PolyphaseConvolution? {
    layout.lanes == BatchLayout.fullLanes ? polyphase : nil
  }

  /// Whether such a batch is read plane by plane, so that activations may be computed on reading; otherwise a
  /// convolution wants them final, and computes gradients in place.
  func readsPlanes(_ layout: BatchLayout) -> Bool { polyphase(layout) != nil }

  /// Multiply-adds of one of the three products for one image, by the convolution's definition.
  public var multiplyAdds: Int { geometry.taps * geometry.lowChannels * geometry.lowPixels }

  /// Those that are performed for an image of a full batch.
  public var performedMultiplyAdds: Int {
    polyphase == nil ? multiplyAdds : multiplyAdds * PolyphaseConvolution.points / 64
  }

  /// low = convolution of high: a convolution's forward.
  ///
  /// Overwrites `low`, then applies `finish` to its planes.
  func highToLow(
    _ low: UnsafeMutablePointer<Float>, from high: PlaneSource, weights: UnsafePointer<Float>,
    then finish: PlaneFinish = .nothing, context: ComputeContext
  ) {
    let layout = high.shape.layout
    if let polyphase = polyphase(layout) {
      return polyphase.highToLow(low, from: high, weights: weights, then: finish, context: context)
    }
    let high = high.values(context)
    switch kernels {
    case .fast:
      PanelConvolution(geometry: geometry)
        .highToLow(low, high: high, weights: weights, layout: layout, context: context)
    case .reference:
      PatchConvolution(geometry: geometry)
        .highToLow(low, high: high, weights: weights, layout: layout, context: context)
    }
    finish.applyToAll(
      low, PlaneShape(layout, channels: geometry.lowChannels, pixels: geometry.lowPixels), context: context)
  }

  /// high = transposed convolution of low: a transposed convolution's forward.
  ///
  /// Overwrites `high`, then applies `finish` to its planes.
  func lowToHigh(
    _ high: UnsafeMutablePointer<Float>, from low: PlaneSource, weights: UnsafePointer<Float>,
    then finish: PlaneFinish = .nothing, context: ComputeContext
  ) {
    let layout = low.shape.layout
    if let polyphase = polyphase(layout) {
      return polyphase.lowToHigh(high, from: low, weights: weights, then: finish, context: context)
    }
    let low = low.values(context)
    switch kernels {
    case .fast:
      PanelConvolution(geometry: geometry)
        .lowToHigh(high, low: low, weights: weights, layout: layout, context: context)
    case .reference:
      PatchConvolution(geometry: geometry)
        .lowToHigh(high, low: low, weights: weights, layout: layout, context: context)
    }
    finish.applyToAll(
      high, PlaneShape(layout, channels: geometry.highChannels, pixels: geometry.highPixels),
      context: context)
  }

  /// The weights' gradient and the input's, each where wanted.
  func backward(
    _ pass: ConvolutionBackward, weights: UnsafePointer<Float>, context: ComputeContext
  ) {
    let layout = pass.gradient.shape.layout
    if let polyphase = polyphase(layout) {
      return polyphase.backward(pass, weights: weights, context: context)
    }
    let gradient = pass.gradient.values(context)
    if let weightGradient = pass.weightGradient?.pointer {
      let input = pass.input.values(context)
      addWeightGradient(
        weightGradient, high: pass.isOfHighToLow ? input : gradient,
        low: pass.isOfHighToLow ? gradient : input, layout: layout, context: context)
    }
    guard let target = pass.inputGradient?.pointer else { return }
    let plain = pass.gradient.computedInPlace
    if pass.isOfHighToLow {
      lowToHigh(target, from: plain, weights: weights, then: pass.finish, context: context)
    } else {
      highToLow(target, from: plain, weights: weights, then: pass.finish, context: context)
    }
  }

  private func addWeightGradient(
    _ gradient: UnsafeMutablePointer<Float>, high: UnsafePointer<Float>, low: UnsafePointer<Float>,
    layout: BatchLayout, context: ComputeContext
  ) {
    if kernels == .fast, layout.lanes == BatchLayout.fullLanes {
      PanelConvolution(geometry: geometry)
        .weightGradient(gradient, high: high, low: low, layout: layout, context: context)
    } else {
      PatchConvolution(geometry: geometry)
        .weightGradient(gradient, high: high, low: low, layout: layout, context: context)
    }
  }
}

extension PlaneSource {
  /// What `values` leaves: nothing remains to be done to gradients that were computed in place.
  fileprivate var computedInPlace: PlaneSource {
    guard case .gradients(let gradients) = self else { return self }
    return .gradients(Gradients(gradients.buffer.buffer, shape: gradients.shape))
  }

  /// The final values: activations with nothing left to be done, or gradients, which are computed in place.
  fileprivate func values(_ context: ComputeContext) -> UnsafePointer<Float> {
    if let plain { return plain }
    guard case .gradients(let gradients) = self else {
      preconditionFailure("activations that remain to be computed, for a convolution that wants them final")
    }
    readAll(into: gradients.values, context: context)
    return UnsafePointer(gradients.values)
  }
}
