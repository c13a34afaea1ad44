import Kernels

/// The statistics that batch norm normalizes with in a pass.
public enum BatchNormMode: Sendable {
  /// Those of the batch itself; what training uses.
  case batchStatistics
  /// Those gathered while training.
  case runningStatistics
}

/// The activations of one forward pass: all that its backward needs besides weights and input.
///
/// A value apart from the weights, so that a network can be run on several batches before either's backward.
/// A block's result is kept as its convolution gave it; batch norm and a piecewise linear activation are applied
/// by whoever reads it (`Activations`).
public final class Pass {
  /// The batch of the last forward.
  public internal(set) var layout: BatchLayout
  /// Where its batch norms took their statistics from.
  var mode = BatchNormMode.batchStatistics
  public let capacity: Int
  private let network: Network
  /// Each convolution's result. Without batch norm, an activation that is not piecewise linear is applied in
  /// place.
  let raw: [FloatBuffer]
  /// What batch norm used; mean 0 and factor 1 where there is a bias instead, nil where there is neither.
  let statistics: [BatchStatistics?]
  /// How each block reads its input.
  var sources: [Activations]
  /// Results that are not computed on reading, apart from those that lie in `raw`.
  private var finished: [FloatBuffer?]
  /// Batch norm's sums over the planes of one block.
  let sums: DoubleBuffer

  /// - Parameter capacity: the most images in a batch.
  public init(of network: Network, capacity: Int) {
    self.capacity = capacity
    self.network = network
    layout = BatchLayout(images: capacity)
    raw = network.blocks.map {
      FloatBuffer(count: BatchLayout.capacity(images: capacity, perImage: $0.output.count))
    }
    statistics = network.blocks.map {
      $0.normalization == .none ? nil : BatchStatistics(channels: $0.output.channels)
    }
    let shape = PlaneShape(layout, channels: 0, pixels: 0)
    sources = raw.map { Activations($0, shape: shape) }
    finished = network.blocks.map { _ in nil }
    sums = DoubleBuffer(count: network.sumCount(images: capacity))
  }

  /// A block's result, in the kernels' layout.
  ///
  /// - Precondition: somebody wants it as it is: it is the last one, or the next convolution takes no transforms.
  public func output(of block: Int) -> FloatBuffer {
    if network.blocks[block].finishesInPlace { return raw[block] }
    if let output = finished[block] { return output }
    preconditionFailure("the result of \(network.blocks[block].name) is kept in transformed form only")
  }

  /// Memory for a block's result where it is not computed on reading.
  func finishedMemory(of block: Int) -> FloatBuffer {
    if let buffer = finished[block] { return buffer }
    let buffer = FloatBuffer(count: raw[block].count)
    finished[block] = buffer
    return buffer
  }
}

/// Mean and biased variance of each channel, and scale/√(variance + ε); at first those that change nothing.
final class BatchStatistics {
  let mean: FloatBuffer
  let variance: FloatBuffer
  let factor: FloatBuffer
  /// The shift of a batch norm that learns none: zeros.
  let noShift: FloatBuffer

  init(channels: Int) {
    mean = FloatBuffer(count: channels)
    variance = FloatBuffer(count: channels)
    factor = FloatBuffer(count: channels)
    noShift = FloatBuffer(count: channels)
    factor.fill(with: 1)
  }
}

/// Memory in which a backward pass carries a gradient from block to block.
public final class GradientWorkspace {
  private let first: FloatBuffer
  private let second: FloatBuffer
  /// Batch norm's sums over the planes of one block, and what follows from them for each channel.
  let sums: DoubleBuffer
  let meanGradient: FloatBuffer
  let slope: FloatBuffer

  /// For backward passes through any of these networks.
  ///
  /// - Parameter capacity: the most images in a batch.
  public init(for networks: [Network], capacity: Int) {
    let largest = networks.map(\.largestActivation).max() ?? 0
    let channels = networks.flatMap(\.blocks).map(\.output.channels).max() ?? 0
    first = FloatBuffer(count: BatchLayout.capacity(images: capacity, perImage: largest))
    second = FloatBuffer(count: BatchLayout.capacity(images: capacity, perImage: largest))
    sums = DoubleBuffer(count: networks.map { $0.sumCount(images: capacity) }.max() ?? 0)
    meanGradient = FloatBuffer(count: channels)
    slope = FloatBuffer(count: channels)
  }

  /// A buffer that is not `current`.
  func buffer(otherThan current: FloatBuffer) -> FloatBuffer { current === first ? second : first }
}

extension Network {
  /// Numbers that batch norm's sums over the planes of any block take: two a plane.
  fileprivate func sumCount(images: Int) -> Int {
    2 * images * (blocks.map(\.output.channels).max() ?? 0)
  }
}
