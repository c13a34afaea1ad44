// A *plane* is one channel of one group of images: `[row][column][lane]`. Convolutions compute their input planes on
// load, and finish the planes they have just written while these are still in the cache.

/// The shape of a batch's planes.
public struct PlaneShape {
  /// The layout of the batch; each of its groups has one plane per channel.
  public let layout: BatchLayout
  /// Channels of an image.
  public let channels: Int
  /// Pixels of one channel of one image.
  public let pixels: Int

  public init(_ layout: BatchLayout, channels: Int, pixels: Int) {
    self.layout = layout
    self.channels = channels
    self.pixels = pixels
  }

  /// Number of planes, which are ordered by group, then channel.
  package var count: Int { layout.groups * channels }
  /// Floats per plane, padding included.
  package var size: Int { pixels * layout.lanes }

  /// Planes per work item: more than one where planes are small, as in a linear layer.
  var planesPerItem: Int { max(1, 4096 / max(1, size)) }
  var itemCount: Int { chunkCount(of: planesPerItem, total: count) }

  @inline(__always)
  func channel(_ plane: Int) -> Int { plane % channels }

  @inline(__always)
  func group(_ plane: Int) -> Int { plane / channels }

  /// Values in a plane, padding excluded.
  func valueCount(_ plane: Int) -> Int { layout.usedLanes(inGroup: group(plane)) * pixels }

  /// Whether every lane of the plane holds an image.
  func isWhole(_ plane: Int) -> Bool { layout.usedLanes(inGroup: group(plane)) == layout.lanes }

  /// 1 in lanes that hold an image, 0 in padded ones.
  func mask(_ plane: Int) -> SIMD16<Float> {
    var mask = SIMD16<Float>(repeating: 1)
    for lane in layout.usedLanes(inGroup: group(plane))..<layout.lanes { mask[lane] = 0 }
    return mask
  }
}

/// Batch norm by channel: (x − mean)·factor + shift.
public struct ChannelNormalization {
  package let mean: BufferSlice
  /// scale/√(variance + ε)
  package let factor: BufferSlice
  package let shift: BufferSlice

  public init(mean: BufferSlice, factor: BufferSlice, shift: BufferSlice) {
    self.mean = mean
    self.factor = factor
    self.shift = shift
  }
}

/// Activations that are computed on load: f((x − mean)·factor + shift) of the stored values x.
///
/// A convolution's output is stored once, raw; neither the normalized nor the activated values are.
public struct Activations {
  package let buffer: BufferSlice
  package let normalization: ChannelNormalization?
  package let activation: Activation
  package let shape: PlaneShape

  var values: UnsafePointer<Float> { UnsafePointer(buffer.pointer) }

  /// - Precondition: the activation is piecewise linear, so that computing it on load costs almost nothing.
  public init(
    _ values: FloatBuffer, normalization: ChannelNormalization? = nil,
    activation: Activation = .identity, shape: PlaneShape
  ) {
    precondition(activation.slope != nil, "\(activation) is too costly to compute on every load")
    buffer = values.whole
    self.normalization = normalization
    self.activation = activation
    self.shape = shape
  }

  /// The stored values, if they need no further work.
  var plain: UnsafePointer<Float>? { normalization == nil && activation == .identity ? values : nil }

  /// A reader of one plane.
  @inline(__always)
  func reader(of plane: Int) -> PlaneReader {
    let source = values + plane * shape.size
    let slope = activation.slope ?? 1
    guard let normalization else { return PlaneReader(function: .activated, source: source, slope: slope) }
    let channel = shape.channel(plane)
    var reader = PlaneReader(function: .normalized, source: source, slope: slope)
    reader.mean = normalization.mean.pointer[channel]
    reader.factor = normalization.factor.pointer[channel]
    reader.shift = normalization.shift.pointer[channel]
    return reader
  }
}

/// Gradients with respect to a convolution's output that are computed on load; stored are the gradients with respect to
/// batch norm's output.
public struct Gradients {
  package let buffer: BufferSlice
  package let normalization: GradientNormalization?
  package let shape: PlaneShape

  var values: UnsafeMutablePointer<Float> { buffer.pointer }

  /// - Parameter normalization: nil without batch norm.
  public init(_ values: FloatBuffer, normalization: GradientNormalization? = nil, shape: PlaneShape) {
    buffer = values.whole
    self.normalization = normalization
    self.shape = shape
  }

  /// A reader of one plane.
  @inline(__always)
  func reader(of plane: Int) -> PlaneReader {
    let source = UnsafePointer(values + plane * shape.size)
    guard let n = normalization else { return PlaneReader(function: .copied, source: source) }
    let channel = shape.channel(plane)
    var reader = PlaneReader(
      function: .gradient, source: source, raw: UnsafePointer(n.raw.pointer + plane * shape.size))
    reader.mean = n.mean.pointer[channel]
    reader.meanGradient = n.meanGradient.pointer[channel]
    reader.slope = n.slope.pointer[channel]
    reader.factor = n.factor.pointer[channel]
    reader.isMasked = !shape.isWhole(plane)
    if reader.isMasked { reader.mask = shape.mask(plane) }
    return reader
  }
}

/// A reader of one plane, with the plane's address and its channel's constants looked up once.
struct PlaneReader {
  enum Function {
    /// f(x)
    case activated
    /// f((x − mean)·factor + shift)
    case normalized
    case copied
    /// (g − mean g − (x − mean)·slope)·factor
    case gradient
  }

  let function: Function
  let source: UnsafePointer<Float>
  var raw: UnsafePointer<Float>?
  var mean: Float = 0
  var factor: Float = 1
  var shift: Float = 0
  var slope: Float = 1
  var meanGradient: Float = 0
  /// Zero in padded lanes of a gradient.
  var mask = SIMD16<Float>(repeating: 1)
  var isMasked = false

  /// target = a range of the plane's values.
  @inline(__always)
  func read(from offset: Int, count: Int, into target: UnsafeMutablePointer<Float>) {
    let source = source + offset
    let (mean, factor, shift, slope) = (mean, factor, shift, slope)
    switch function {
    case .activated:
      for index in 0..<count {
        let value = source[index]
        target[index] = value > 0 ? value : value * slope
      }
    case .normalized:
      for index in 0..<count {
        let value = (source[index] - mean) * factor + shift
        target[index] = value > 0 ? value : value * slope
      }
    case .copied: target.update(from: source, count: count)
    case .gradient:
      guard let raw else { return }
      let (x, meanGradient, mask) = (raw + offset, meanGradient, mask)
      for index in 0..<count {
        target[index] = (source[index] - meanGradient - (x[index] - mean) * slope) * factor
      }
      if isMasked { for index in 0..<count { target[index] *= mask[index % BatchLayout.fullLanes] } }
    }
  }
}

/// Batch norm's backward pass by channel: (g − mean g − (x − mean)·slope)·factor.
public struct GradientNormalization {
  /// The convolution's output x.
  package let raw: BufferSlice
  package let mean: BufferSlice
  package let meanGradient: BufferSlice
  package let slope: BufferSlice
  package let factor: BufferSlice

  package init(
    raw: BufferSlice, mean: BufferSlice, meanGradient: BufferSlice, slope: BufferSlice, factor: BufferSlice
  ) {
    self.raw = raw
    self.mean = mean
    self.meanGradient = meanGradient
    self.slope = slope
    self.factor = factor
  }
}

/// What a convolution reads its input planes from.
public enum PlaneSource {
  case activations(Activations)
  case gradients(Gradients)

  package var shape: PlaneShape {
    switch self {
    case .activations(let activations): activations.shape
    case .gradients(let gradients): gradients.shape
    }
  }

  /// The stored values, if they need no further work.
  var plain: UnsafePointer<Float>? {
    switch self {
    case .activations(let activations): activations.plain
    case .gradients(let gradients): gradients.normalization == nil ? UnsafePointer(gradients.values) : nil
    }
  }

  /// A reader of one plane.
  @inline(__always)
  func reader(of plane: Int) -> PlaneReader {
    switch self {
    case .activations(let activations): activations.reader(of: plane)
    case .gradients(let gradients): gradients.reader(of: plane)
    }
  }

  /// target = all planes; `target` may be the memory of the gradients themselves.
  func readAll(into target: UnsafeMutablePointer<Float>, context: ComputeContext) {
    struct Items: WorkItems {
      let source: PlaneSource
      let target: UnsafeMutablePointer<Float>
      let shape: PlaneShape

      func perform(_ item: Int, scratch: UnsafeMutablePointer<Float>) {
        for plane in chunk(item, of: shape.planesPerItem, total: shape.count) {
          source.reader(of: plane).read(from: 0, count: shape.size, into: target + plane * shape.size)
        }
      }
    }
    context.perform(Items(source: self, target: target, shape: shape), count: shape.itemCount, .normalization)
  }
}

/// What is applied to each plane as soon as a convolution has written it.
public enum PlaneFinish {
  case nothing
  /// Sums the convolution's output for batch norm.
  case moments(PlaneMoments)
  /// Multiplies by the activation's derivative, and sums the gradient for batch norm or a bias.
  case derivative(PlaneDerivative)

  @inline(__always)
  func apply(_ plane: Int, _ values: UnsafeMutablePointer<Float>) {
    switch self {
    case .nothing: break
    case .moments(let moments): moments.apply(plane, values)
    case .derivative(let derivative): derivative.apply(plane, values)
    }
  }

  /// Applies it to all planes of a batch, where the convolution could not do so itself.
  func applyToAll(
    _ values: UnsafeMutablePointer<Float>, _ shape: PlaneShape, context: ComputeContext
  ) {
    struct Items: WorkItems {
      let finish: PlaneFinish
      let values: UnsafeMutablePointer<Float>
      let shape: PlaneShape

      func perform(_ item: Int, scratch: UnsafeMutablePointer<Float>) {
        for plane in chunk(item, of: shape.planesPerItem, total: shape.count) {
          finish.apply(plane, values + plane * shape.size)
        }
      }
    }
    if case .nothing = self { return }
    context.perform(Items(finish: self, values: values, shape: shape), count: shape.itemCount, .normalization)
  }
}
