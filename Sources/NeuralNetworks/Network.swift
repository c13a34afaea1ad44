import Kernels

/// Chains of blocks whose shapes are checked on construction; a network holds shapes only.
///
/// Most networks have one chain. Several chains share weights, gradients and optimizer; whatever happens between them
/// is up to the caller: pooling, dropout, a skip connection, joining two towers.
public struct Network: Hashable, Sendable {
  /// Name in messages and in the names of random streams and stored tensors.
  public let name: String
  /// The blocks of all chains, one chain after another.
  public let blocks: [ConvolutionBlock]
  /// Range of each chain in `blocks`.
  public let chains: [Range<Int>]
  /// Where each tensor lies in the flat buffers.
  public let layout: ParameterLayout

  /// A network of one chain.
  ///
  /// - Precondition: the shapes of consecutive blocks match; names are unique.
  public init(name: String, blocks: [ConvolutionBlock]) { self.init(name: name, chains: [blocks]) }

  /// A network of several chains, to be run with `forward(through:…)` and `backward(through:…)`.
  ///
  /// - Precondition: within each chain, the shapes of consecutive blocks match; names are unique.
  public init(name: String, chains: [[ConvolutionBlock]]) {
    precondition(!chains.isEmpty && chains.allSatisfy { !$0.isEmpty }, "network \(name) has no blocks")
    for blocks in chains {
      for (first, second) in zip(blocks, blocks.dropFirst()) {
        precondition(
          first.output == second.input,
          "\(name): \(first.name) outputs \(first.output), but \(second.name) expects \(second.input)")
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

  /// Input shape of the first block.
  public var input: Shape { blocks[0].input }
  /// Output shape of the last block.
  public var output: Shape { blocks[blocks.count - 1].output }
  /// Number of learned parameters, excluding running statistics.
  public var parameterCount: Int { layout.parameterCount }

  /// Values per image in the largest activation.
  public var largestActivation: Int {
    blocks.reduce(input.count) { max($0, $1.output.count, $1.input.count) }
  }
}

/// The parameters and running statistics of a network, laid out by its `ParameterLayout`.
public final class NetworkWeights: Sendable {
  /// All learned parameters.
  public let parameters: FloatBuffer
  /// All running means and variances.
  public let running: FloatBuffer
  /// Parameters 0, running means 0, running variances 1.
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
