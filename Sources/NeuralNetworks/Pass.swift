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
  /// Images in the batch of the last forward.
  public internal(set) var images = 0
  public let capacity: Int
  /// The convolution's result, before batch norm; nil where there is none.
  let raw: [FloatBuffer?]
  /// Mean and biased variance of each channel, used by batch norm; nil where there is none.
  let mean: [FloatBuffer?]
  let variance: [FloatBuffer?]
  /// Each block's result.
  public let outputs: [FloatBuffer]

  /// - Parameter capacity: the most images in a batch.
  public init(of network: Network, capacity: Int) {
    self.capacity = capacity
    func buffers(_ count: (ConvolutionBlock) -> Int) -> [FloatBuffer?] {
      network.blocks.map { $0.hasBatchNorm ? FloatBuffer(count: count($0)) : nil }
    }
    raw = buffers { $0.output.count * capacity }
    mean = buffers { $0.output.channels }
    variance = buffers { $0.output.channels }
    outputs = network.blocks.map { FloatBuffer(count: $0.output.count * capacity) }
  }
}

/// Two buffers between which a backward pass goes back and forth.
public final class GradientWorkspace {
  private let first: FloatBuffer
  private let second: FloatBuffer

  /// - Parameter count: floats of the largest activation of a whole batch.
  public init(count: Int) {
    first = FloatBuffer(count: count)
    second = FloatBuffer(count: count)
  }

  /// A buffer that is not `current`.
  func buffer(otherThan current: FloatBuffer) -> FloatBuffer { current === first ? second : first }
}
