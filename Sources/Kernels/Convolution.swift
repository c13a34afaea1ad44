/// Which algorithms compute convolutions.
public enum KernelSet: String, CaseIterable, Sendable {
  /// Fewer multiplications where an algorithm for that is at hand (`PolyphaseConvolution`).
  case fast
  /// The definition's own products (`PatchConvolution`), for comparison.
  case reference
}

/// One factor of a convolution: its values, and their transform where the algorithm works on transforms.
///
/// A transform is computed once and serves every product that the factor takes part in: weights both
/// directions, an activation its forward product and its weight gradient.
public struct ConvolutionOperand {
  public let values: UnsafePointer<Float>
  public let transformed: UnsafePointer<Float>?

  public init(_ values: UnsafePointer<Float>, transformed: UnsafePointer<Float>?) {
    self.values = values
    self.transformed = transformed
  }
}

/// A convolution of one geometry: three products that serve convolutions and transposed convolutions alike.
public struct Convolution: Hashable, Sendable {
  public let geometry: ConvolutionGeometry
  private let polyphase: PolyphaseConvolution?
  private let patches: PatchConvolution

  public init(_ geometry: ConvolutionGeometry, kernels: KernelSet) {
    self.geometry = geometry
    polyphase = kernels == .fast ? PolyphaseConvolution(geometry) : nil
    patches = PatchConvolution(geometry: geometry)
  }

  /// The algorithm for batches of a layout that works on transforms; nil where patches do.
  private func polyphase(_ layout: BatchLayout) -> PolyphaseConvolution? {
    layout.lanes == BatchLayout.fullLanes ? polyphase : nil
  }

  /// Floats of the transformed weights; 0 where weights serve as they are.
  public var transformedWeightCount: Int { polyphase?.weightCount ?? 0 }

  /// Floats of the transformed high side of up to `images` images; 0 where it serves as it is.
  public func transformedHighCount(images: Int) -> Int { polyphase?.highCount(groups: groups(images)) ?? 0 }

  /// Floats of the transformed low side of up to `images` images; 0 where it serves as it is.
  public func transformedLowCount(images: Int) -> Int { polyphase?.lowCount(groups: groups(images)) ?? 0 }

  private func groups(_ images: Int) -> Int { (images + BatchLayout.fullLanes - 1) / BatchLayout.fullLanes }

  /// Overwrites `transformed` by the transform of `[low][high][kernel][kernel]` weights.
  public func transformWeights(
    _ transformed: UnsafeMutablePointer<Float>, _ weights: UnsafePointer<Float>, context: ComputeContext
  ) {
    polyphase?.transformWeights(transformed, weights, context: context)
  }

  /// Overwrites `transformed` by the transform of high values; does nothing where the layout needs none.
  public func transformHigh(
    _ transformed: UnsafeMutablePointer<Float>, _ high: UnsafePointer<Float>, layout: BatchLayout,
    context: ComputeContext
  ) {
    polyphase(layout)?.transformHigh(transformed, high, groups: layout.groups, context: context)
  }

  /// Overwrites `transformed` by the transform of low values; does nothing where the layout needs none.
  public func transformLow(
    _ transformed: UnsafeMutablePointer<Float>, _ low: UnsafePointer<Float>, layout: BatchLayout,
    context: ComputeContext
  ) {
    polyphase(layout)?.transformLow(transformed, low, groups: layout.groups, context: context)
  }

  /// low = convolution of high: a convolution's forward, a transposed convolution's input gradient.
  ///
  /// Overwrites `low`.
  public func highToLow(
    _ low: UnsafeMutablePointer<Float>, high: ConvolutionOperand, weights: ConvolutionOperand,
    layout: BatchLayout, context: ComputeContext
  ) {
    if let polyphase = polyphase(layout), let high = high.transformed, let weights = weights.transformed {
      polyphase.highToLow(low, high: high, weights: weights, groups: layout.groups, context: context)
    } else {
      patches.highToLow(low, high: high.values, weights: weights.values, layout: layout, context: context)
    }
  }

  /// high = transposed convolution of low: a transposed convolution's forward, a convolution's input gradient.
  ///
  /// Overwrites `high`.
  public func lowToHigh(
    _ high: UnsafeMutablePointer<Float>, low: ConvolutionOperand, weights: ConvolutionOperand,
    layout: BatchLayout, context: ComputeContext
  ) {
    if let polyphase = polyphase(layout), let low = low.transformed, let weights = weights.transformed {
      polyphase.lowToHigh(high, low: low, weights: weights, groups: layout.groups, context: context)
    } else {
      patches.lowToHigh(high, low: low.values, weights: weights.values, layout: layout, context: context)
    }
  }

  /// gradient += the weights' gradient, from the values on the high and the low side, one of which is a
  /// gradient: a convolution passes (input, output gradient), a transposed one (output gradient, input).
  ///
  /// Accumulates into `gradient`. Padded lanes of the side that is a gradient must be zero.
  public func weightGradient(
    _ gradient: UnsafeMutablePointer<Float>, high: ConvolutionOperand, low: ConvolutionOperand,
    layout: BatchLayout, context: ComputeContext
  ) {
    if let polyphase = polyphase(layout), let high = high.transformed, let low = low.transformed {
      polyphase.weightGradient(gradient, high: high, low: low, groups: layout.groups, context: context)
    } else {
      patches.weightGradient(gradient, high: high.values, low: low.values, layout: layout, context: context)
    }
  }
}
