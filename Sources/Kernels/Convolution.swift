/// Which algorithms compute convolutions.
public enum KernelSet: String, CaseIterable, Sendable {
  /// Fewer multiplications where an algorithm for that is at hand (`PolyphaseConvolution`), panels elsewhere.
  case fast
  /// The definition's own products by OpenBLAS (`PatchConvolution`), for comparison.
  case reference
}

/// The weights of a convolution, and their transform where the algorithm works on transforms.
public struct ConvolutionWeights {
  public let values: UnsafePointer<Float>
  public let transformed: UnsafePointer<Float>

  public init(_ values: UnsafePointer<Float>, transformed: UnsafePointer<Float>) {
    self.values = values
    self.transformed = transformed
  }
}

/// A convolution of one geometry: three products that serve convolutions and transposed convolutions alike.
///
/// What goes into a product is *prepared* first: transformed, or brought into its final values. A prepared side
/// serves every product that it takes part in: an activation its forward product and its weight gradient, a
/// gradient its input gradient and its weight gradient.
public struct Convolution: Hashable, Sendable {
  public enum Side: Sendable {
    case high
    case low
  }

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

  /// The definition's products in panels; for one image a group they are good for forward passes only.
  private var panels: PanelConvolution? { kernels == .fast ? PanelConvolution(geometry: geometry) : nil }
  private var patches: PatchConvolution { PatchConvolution(geometry: geometry) }

  /// Floats of the transformed weights; 0 where weights serve as they are.
  public var transformedWeightCount: Int { polyphase?.weightCount ?? 0 }

  /// Overwrites `transformed` by the transform of `[low][high][kernel][kernel]` weights.
  public func transformWeights(
    _ transformed: UnsafeMutablePointer<Float>, _ weights: UnsafePointer<Float>, context: ComputeContext
  ) {
    polyphase?.transformWeights(transformed, weights, context: context)
  }

  /// Whether the products of such a batch take transforms, so that planes are only read in passing.
  public func takesTransforms(_ layout: BatchLayout) -> Bool { polyphase(layout) != nil }

  /// Floats of memory that preparing a side takes; 0 where it serves as it is, or is prepared in place.
  public func preparedCount(_ side: Side, from source: PlaneSource) -> Int {
    let shape = source.shape
    if let polyphase = polyphase(shape.layout) {
      return side == .high
        ? polyphase.highCount(groups: shape.layout.groups) : polyphase.lowCount(groups: shape.layout.groups)
    }
    if case .gradients = source { return 0 }
    return source.plain == nil ? shape.count * shape.size : 0
  }

  /// Prepares a side for the products.
  ///
  /// - Parameter memory: `preparedCount` floats, overwritten.
  /// - Returns: the prepared side: in `memory`, or where the source's values lie.
  public func prepare(
    _ side: Side, from source: PlaneSource, in memory: UnsafeMutablePointer<Float>, context: ComputeContext
  ) -> UnsafePointer<Float> {
    if let polyphase = polyphase(source.shape.layout) {
      switch side {
      case .high: polyphase.transformHigh(memory, source, context: context)
      case .low: polyphase.transformLow(memory, source, context: context)
      }
      return UnsafePointer(memory)
    }
    if let plain = source.plain { return plain }
    let target = if case .gradients(let gradients) = source { gradients.values } else { memory }
    source.readAll(into: target, context: context)
    return UnsafePointer(target)
  }

  /// low = convolution of high: a convolution's forward, a transposed convolution's input gradient.
  ///
  /// Overwrites `low`, then applies `finish` to its planes.
  public func highToLow(
    _ low: UnsafeMutablePointer<Float>, high: UnsafePointer<Float>, weights: ConvolutionWeights,
    layout: BatchLayout, then finish: PlaneFinish = .nothing, context: ComputeContext
  ) {
    let shape = PlaneShape(layout, channels: geometry.lowChannels, pixels: geometry.lowPixels)
    if let polyphase = polyphase(layout) {
      return polyphase.highToLow(
        low, high: high, weights: weights.transformed, shape, then: finish, context: context)
    }
    if let panels {
      panels.highToLow(low, high: high, weights: weights.values, layout: layout, context: context)
    } else {
      patches.highToLow(low, high: high, weights: weights.values, layout: layout, context: context)
    }
    finish.applyToAll(low, shape, context: context)
  }

  /// high = transposed convolution of low: a transposed convolution's forward, a convolution's input gradient.
  ///
  /// Overwrites `high`, then applies `finish` to its planes.
  public func lowToHigh(
    _ high: UnsafeMutablePointer<Float>, low: UnsafePointer<Float>, weights: ConvolutionWeights,
    layout: BatchLayout, then finish: PlaneFinish = .nothing, context: ComputeContext
  ) {
    let shape = PlaneShape(layout, channels: geometry.highChannels, pixels: geometry.highPixels)
    if let polyphase = polyphase(layout) {
      return polyphase.lowToHigh(
        high, low: low, weights: weights.transformed, shape, then: finish, context: context)
    }
    if let panels {
      panels.lowToHigh(high, low: low, weights: weights.values, layout: layout, context: context)
    } else {
      patches.lowToHigh(high, low: low, weights: weights.values, layout: layout, context: context)
    }
    finish.applyToAll(high, shape, context: context)
  }

  /// gradient += the weights' gradient, from the prepared high and low side, one of which is a gradient: a
  /// convolution passes (input, output gradient), a transposed one (output gradient, input).
  ///
  /// Accumulates into `gradient`. Padded lanes of the side that is a gradient must be zero.
  public func weightGradient(
    _ gradient: UnsafeMutablePointer<Float>, high: UnsafePointer<Float>, low: UnsafePointer<Float>,
    layout: BatchLayout, context: ComputeContext
  ) {
    if let polyphase = polyphase(layout) {
      polyphase.weightGradient(gradient, high: high, low: low, groups: layout.groups, context: context)
    } else if let panels, layout.lanes == BatchLayout.fullLanes {
      panels.weightGradient(gradient, high: high, low: low, layout: layout, context: context)
    } else {
      patches.weightGradient(gradient, high: high, low: low, layout: layout, context: context)
    }
  }
}
