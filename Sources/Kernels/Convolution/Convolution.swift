/// The algorithms that compute convolutions.
public enum KernelSet: String, CaseIterable, Sendable {
  /// `PolyphaseConvolution`, with fewer multiplications, where it applies; `PanelConvolution` elsewhere.
  case fast
  /// Matrix products straight from the definition, by OpenBLAS (`PatchConvolution`), for comparison.
  case reference
}

/// A backward pass through a convolution or a transposed convolution.
public struct ConvolutionBackward {
  /// Whether the forward pass went from the high side to the low one, as a convolution does.
  public var isOfHighToLow: Bool
  /// The gradient with respect to the output of the forward pass.
  public var gradient: PlaneSource
  /// The input of the forward pass.
  public var input: PlaneSource
  /// `[low][high][kernel][kernel]`, accumulated into; nil if not wanted.
  public var weightGradient: BufferSlice?
  /// The gradient with respect to the input, overwritten; nil if not wanted.
  public var inputGradient: BufferSlice?
  /// Applied to the input gradient's planes.
  public var finish: PlaneFinish

  /// A backward pass that writes its input gradient to a whole buffer.
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

/// A convolution of one geometry: three products that serve both convolutions and transposed convolutions.
///
/// Weights are `[low][high][kernel][kernel]`. Padded lanes of gradients must be zero.
public struct Convolution: Hashable, Sendable {
  /// The shapes of both sides, the kernel and the stride.
  public let geometry: ConvolutionGeometry
  private let kernels: KernelSet
  private let polyphase: PolyphaseConvolution?

  /// Chooses the algorithm for a geometry; with `.reference` it is always `PatchConvolution`.
  public init(_ geometry: ConvolutionGeometry, kernels: KernelSet) {
    self.geometry = geometry
    self.kernels = kernels
    polyphase = kernels == .fast ? PolyphaseConvolution(geometry) : nil
  }

  /// The polyphase algorithm, if it handles batches of this layout.
  private func polyphase(_ layout: BatchLayout) -> PolyphaseConvolution? {
    layout.lanes == BatchLayout.fullLanes ? polyphase : nil
  }

  /// Whether batches of this layout are read plane by plane, so that activations can be computed on load; otherwise
  /// activations must be final, and gradients are computed in place.
  func readsPlanes(_ layout: BatchLayout) -> Bool { polyphase(layout) != nil }

  /// Multiply-adds per image of one of the three products, by the definition of the convolution.
  public var multiplyAdds: Int { geometry.taps * geometry.lowChannels * geometry.lowPixels }

  /// Multiply-adds actually performed per image of a full batch.
  public var performedMultiplyAdds: Int {
    polyphase == nil ? multiplyAdds : multiplyAdds * PolyphaseConvolution.points / 64
  }

  /// low = convolution of high: the forward pass of a convolution.
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

  /// high = transposed convolution of low: the forward pass of a transposed convolution.
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

  /// Computes the weight gradient and the input gradient, each if wanted.
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
  /// The source after `values` has run: gradients computed in place need nothing more.
  fileprivate var computedInPlace: PlaneSource {
    guard case .gradients(let gradients) = self else { return self }
    return .gradients(Gradients(gradients.buffer.buffer, shape: gradients.shape))
  }

  /// The final values. Activations must need no further work; gradients are computed in place.
  fileprivate func values(_ context: ComputeContext) -> UnsafePointer<Float> {
    if let plain { return plain }
    guard case .gradients(let gradients) = self else {
      preconditionFailure("this convolution needs final activations, but these are computed on load")
    }
    readAll(into: gradients.values, context: context)
    return UnsafePointer(gradients.values)
  }
}
