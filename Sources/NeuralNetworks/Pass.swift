import Kernels

/// The statistics that batch norm normalises with in a pass.
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
/// by whoever reads it (`Activations`). What the next convolution makes of it is kept for its weights' gradient.
public final class Pass {
  /// The batch of the last forward.
  public internal(set) var layout: BatchLayout
  public let capacity: Int
  private let network: Network
  /// Each convolution's result. Without batch norm, an activation that is not piecewise linear is applied in
  /// place.
  let raw: [FloatBuffer]
  /// What batch norm used; nil where there is none.
  let statistics: [BatchStatistics?]
  /// Each block's input as its convolution takes it.
  var inputs: [UnsafePointer<Float>]
  /// Where such inputs are made.
  private var inputMemory: [FloatBuffer?]
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
    statistics = network.blocks.map { $0.hasBatchNorm ? BatchStatistics(channels: $0.output.channels) : nil }
    inputs = raw.map { UnsafePointer($0.pointer) }
    inputMemory = network.blocks.map { _ in nil }
    finished = network.blocks.map { _ in nil }
    sums = DoubleBuffer(count: network.sumCount(images: capacity))
  }

  /// A block's result, in the kernels' layout.
  ///
  /// - Precondition: somebody wants it as it is: it is the last one, or the next convolution takes no transforms.
  public func output(of block: Int) -> FloatBuffer {
    if network.blocks[block].finishesInPlace { return raw[block] }
    if let output = finished[block] { return output }
    if block + 1 < inputMemory.count, let input = inputMemory[block + 1] { return input }
    preconditionFailure("the result of \(network.blocks[block].name) is kept in transformed form only")
  }

  /// At least `count` floats for the input of a block.
  func inputMemory(of block: Int, count: Int) -> FloatBuffer { Self.memory(&inputMemory[block], count) }

  /// At least `count` floats for the result of a block.
  func finishedMemory(of block: Int, count: Int) -> FloatBuffer { Self.memory(&finished[block], count) }

  private static func memory(_ buffer: inout FloatBuffer?, _ count: Int) -> FloatBuffer {
    if let buffer, buffer.count >= count { return buffer }
    let larger = FloatBuffer(count: count)
    buffer = larger
    return larger
  }
}

/// Mean and biased variance of each channel, and scale/√(variance + ε).
final class BatchStatistics {
  let mean: FloatBuffer
  let variance: FloatBuffer
  let factor: FloatBuffer

  init(channels: Int) {
    mean = FloatBuffer(count: channels)
    variance = FloatBuffer(count: channels)
    factor = FloatBuffer(count: channels)
  }
}

/// Memory in which a backward pass carries a gradient from block to block.
public final class GradientWorkspace {
  private let first: FloatBuffer
  private let second: FloatBuffer
  /// The gradient at hand as a convolution takes it.
  private var prepared = FloatBuffer(count: 0)
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

  /// At least `count` floats for a prepared gradient.
  func prepared(_ count: Int) -> UnsafeMutablePointer<Float> {
    if prepared.count < count { prepared = FloatBuffer(count: count) }
    return prepared.pointer
  }
}

extension Network {
  /// Numbers that batch norm's sums over the planes of any block take: two a plane.
  fileprivate func sumCount(images: Int) -> Int {
    2 * images * (blocks.map(\.output.channels).max() ?? 0)
  }
}
