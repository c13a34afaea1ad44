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
public final class Pass {
  /// The batch of the last forward.
  public internal(set) var layout: BatchLayout
  public let capacity: Int
  /// Each block's input as the kernels transform it; empty where they take it as it is.
  let transformedInputs: [FloatBuffer]
  /// The convolution's result, before batch norm; nil where there is none.
  let raw: [FloatBuffer?]
  /// Mean and biased variance of each channel, used by batch norm; nil where there is none.
  let mean: [FloatBuffer?]
  let variance: [FloatBuffer?]
  /// Each block's result, in the kernels' layout.
  public let outputs: [FloatBuffer]

  /// - Parameter capacity: the most images in a batch.
  public init(of network: Network, capacity: Int) {
    self.capacity = capacity
    layout = BatchLayout(images: capacity)
    func count(_ perImage: Int) -> Int { BatchLayout.capacity(images: capacity, perImage: perImage) }
    transformedInputs = network.blocks.map { block in
      let convolution = Convolution(block.geometry, kernels: .fast)
      return FloatBuffer(
        count: block.kind == .convolution
          ? convolution.transformedHighCount(images: capacity)
          : convolution.transformedLowCount(images: capacity))
    }
    raw = network.blocks.map { $0.hasBatchNorm ? FloatBuffer(count: count($0.output.count)) : nil }
    mean = network.blocks.map { $0.hasBatchNorm ? FloatBuffer(count: $0.output.channels) : nil }
    variance = network.blocks.map { $0.hasBatchNorm ? FloatBuffer(count: $0.output.channels) : nil }
    outputs = network.blocks.map { FloatBuffer(count: count($0.output.count)) }
  }
}

/// Memory in which a backward pass carries a gradient from block to block.
public final class GradientWorkspace {
  private let first: FloatBuffer
  private let second: FloatBuffer
  /// The gradient at hand as the kernels transform it.
  let transformed: FloatBuffer

  /// For backward passes through any of these networks.
  ///
  /// - Parameter capacity: the most images in a batch.
  public init(for networks: [Network], capacity: Int) {
    let largest = networks.map(\.largestActivation).max() ?? 0
    first = FloatBuffer(count: BatchLayout.capacity(images: capacity, perImage: largest))
    second = FloatBuffer(count: BatchLayout.capacity(images: capacity, perImage: largest))
    let counts = networks.flatMap(\.blocks).map { block in
      let convolution = Convolution(block.geometry, kernels: .fast)
      return block.kind == .convolution
        ? convolution.transformedLowCount(images: capacity)
        : convolution.transformedHighCount(images: capacity)
    }
    transformed = FloatBuffer(count: counts.max() ?? 0)
  }

  /// A buffer that is not `current`.
  func buffer(otherThan current: FloatBuffer) -> FloatBuffer { current === first ? second : first }
}
