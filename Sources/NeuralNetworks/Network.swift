import Kernels

/// A chain of blocks, checked when it is put together; it holds shapes only.
public struct Network: Hashable, Sendable {
  public let name: String
  public let blocks: [ConvolutionBlock]
  public let layout: ParameterLayout

  /// - Precondition: each block takes what the one before it gives.
  public init(name: String, blocks: [ConvolutionBlock]) {
    precondition(!blocks.isEmpty, "network \(name) has no blocks")
    for (first, second) in zip(blocks, blocks.dropFirst()) {
      precondition(
        first.output == second.input,
        "\(name): \(first.name) gives \(first.output), but \(second.name) takes \(second.input)")
    }
    self.name = name
    self.blocks = blocks
    layout = ParameterLayout(blocks: blocks)
  }

  public var input: Shape { blocks[0].input }
  public var output: Shape { blocks[blocks.count - 1].output }
  public var parameterCount: Int { layout.parameterCount }

  /// Numbers in the largest activation of one image.
  public var largestActivation: Int { blocks.reduce(input.count) { max($0, $1.output.count) } }
}

/// The parameters and running statistics of a network, laid out by its `ParameterLayout`.
public final class NetworkWeights: Sendable {
  public let parameters: FloatBuffer
  public let running: FloatBuffer
  /// All parameters zero; running means 0, running variances 1.
  public init(for network: Network) {
    parameters = FloatBuffer(count: network.layout.parameterCount)
    running = FloatBuffer(count: network.layout.runningCount)
    for tensor in network.layout.running where tensor.role == .runningVariance {
      running.replace(from: tensor.offset, with: Array(repeating: 1, count: tensor.count))
    }
  }
}

extension NetworkWeights {
  /// The weights of one block's convolution.
  func convolution(_ block: Int, in network: Network) -> UnsafePointer<Float> {
    UnsafePointer(parameters.pointer + network.layout.blocks[block].weight)
  }
}

extension ConvolutionBlock {
  /// The convolution in the algorithms that the context asks for.
  func convolution(_ context: ComputeContext) -> Convolution {
    Convolution(geometry, kernels: context.kernels)
  }
}
