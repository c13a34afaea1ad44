import Kernels

/// The statistics that batch norm normalizes with.
public enum BatchNormMode: Sendable {
  /// Statistics of the current batch, as in training.
  case batchStatistics
  /// Statistics accumulated during training.
  case runningStatistics
}

/// The activations of one forward pass: everything its backward pass needs besides weights and input.
///
/// Passes are separate from weights, so that a network can run on several batches before any backward pass. A block's
/// result is stored as its convolution computed it; batch norm and piecewise linear activations are applied on load
/// (`Activations`).
public final class Pass {
  /// The layout of the last forward pass's batch.
  public internal(set) var layout: BatchLayout
  /// Where batch norm took its statistics from.
  var mode = BatchNormMode.batchStatistics
  /// Maximum number of images in a batch.
  public let capacity: Int
  private let network: Network
  /// Output of each convolution. Without batch norm or bias, an activation that is not piecewise linear is applied in
  /// place.
  let raw: [FloatBuffer]
  /// Statistics that batch norm used; mean 0 and factor 1 for a bias, nil for neither.
  let statistics: [BatchStatistics?]
  /// How each block reads its input.
  var sources: [Activations]
  /// Results that are not computed on load, except those in `raw`.
  private var finished: [FloatBuffer?]
  /// Batch norm's sums over the planes of one block.
  let sums: DoubleBuffer

  /// Allocates memory for batches of up to `capacity` images.
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
  /// - Precondition: the result is stored in its final form: it ended a range, its activation is not piecewise linear,
  ///   or the next convolution does not read planes.
  public func output(of block: Int) -> FloatBuffer {
    if network.blocks[block].finishesInPlace { return raw[block] }
    if let output = finished[block] { return output }
    preconditionFailure("the result of \(network.blocks[block].name) is not stored in its final form")
  }

  /// Memory for a block's result that is not computed on load, allocated on first use.
  func finishedMemory(of block: Int) -> FloatBuffer {
    if let buffer = finished[block] { return buffer }
    let buffer = FloatBuffer(count: raw[block].count)
    finished[block] = buffer
    return buffer
  }
}

/// Mean, biased variance and scale/√(variance + ε) of each channel; initially 0, 0 and 1.
final class BatchStatistics {
  let mean: FloatBuffer
  let variance: FloatBuffer
  let factor: FloatBuffer
  /// Zeros: the shift of a batch norm that learns none.
  let noShift: FloatBuffer

  init(channels: Int) {
    mean = FloatBuffer(count: channels)
    variance = FloatBuffer(count: channels)
    factor = FloatBuffer(count: channels)
    noShift = FloatBuffer(count: channels)
    factor.fill(with: 1)
  }
}

/// Scratch memory of backward passes.
public final class GradientWorkspace {
  private let first: FloatBuffer
  private let second: FloatBuffer
  /// Batch norm's sums over the planes of one block, and the per-channel values derived from them.
  let sums: DoubleBuffer
  let meanGradient: FloatBuffer
  let slope: FloatBuffer

  /// For backward passes through any of these networks.
  ///
  /// - Parameter capacity: maximum number of images in a batch.
  public init(for networks: [Network], capacity: Int) {
    let largest = networks.map(\.largestActivation).max() ?? 0
    let channels = networks.flatMap(\.blocks).map(\.output.channels).max() ?? 0
    first = FloatBuffer(count: BatchLayout.capacity(images: capacity, perImage: largest))
    second = FloatBuffer(count: BatchLayout.capacity(images: capacity, perImage: largest))
    sums = DoubleBuffer(count: networks.map { $0.sumCount(images: capacity) }.max() ?? 0)
    meanGradient = FloatBuffer(count: channels)
    slope = FloatBuffer(count: channels)
  }

  /// The buffer that is not `current`.
  func buffer(otherThan current: FloatBuffer) -> FloatBuffer { current === first ? second : first }
}

extension Network {
  /// Size of batch norm's sums over the planes of any block: two per plane.
  fileprivate func sumCount(images: Int) -> Int {
    2 * images * (blocks.map(\.output.channels).max() ?? 0)
  }
}
