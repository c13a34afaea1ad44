import Kernels

/// Chains of blocks, checked when they are put together; a network holds shapes only.
///
/// Mostly there is one chain. Several share weights, gradients and optimizer, and whatever lies between them is the
/// caller's: pooling, dropout, a skip connection, two towers that are joined.
public struct Network: Hashable, Sendable {
  public let name: String
  /// Those of all chains, one after the other.
  public let blocks: [ConvolutionBlock]
  /// The blocks of each chain.
  public let chains: [Range<Int>]
  public let layout: ParameterLayout

  /// A network of one chain.
  ///
  /// - Precondition: each block takes what the one before it gives.
  public init(name: String, blocks: [ConvolutionBlock]) { self.init(name: name, chains: [blocks]) }

  /// A network of several chains, each to be run with `forward(through:…)` and `backward(through:…)`.
  ///
  /// - Precondition: each block takes what the one before it in its chain gives; names are not used twice.
  public init(name: String, chains: [[ConvolutionBlock]]) {
    precondition(!chains.isEmpty && chains.allSatisfy { !$0.isEmpty }, "network \(name) has no blocks")
    for blocks in chains {
      for (first, second) in zip(blocks, blocks.dropFirst()) {
        precondition(
          first.output == second.input,
          "\(name): \(first.name) gives \(first.output), but \(second.name) takes \(second.input)")
      }
    }
    self.name = name
    blocks = chains.flatMap { $0 }
    precondition(Set(blocks.map(\.name)).count == blocks.count, "\(name): two blocks of the same name")
    var ranges: [Range<Int>] = []
    for chain in chains {
      let start = ranges.last?.upperBound ?? 0
      ranges.append(start..<start + chain.count)
    }
    self.chains = ranges
    layout = ParameterLayout(blocks: blocks)
  }

  public var input: Shape { blocks[0].input }
  public var output: Shape { blocks[blocks.count - 1].output }
  public var parameterCount: Int { layout.parameterCount }

  /// Numbers in the largest activation of one image.
  public var largestActivation: Int {
    blocks.reduce(input.count) { max($0, $1.output.count, $1.input.count) }
  }
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
  func convolution(_ block: Int, in network: Network) -> BufferSlice {
    parameters.slice(from: network.layout.blocks[block].weight)
  }
}
