import Kernels

/// What is applied to a batch before it enters a chain of blocks.
public enum ChainInput: Hashable, Sendable {
  /// Nothing: the batch is reinterpreted in memory, possibly as another shape with as many values.
  case asItLies
  /// 2×2 max pooling.
  case maxPooled
  /// Nearest-neighbor up-sampling by 2.
  case upSampled
}

/// Consecutive chains of blocks with max pooling or up-sampling in between: the LeNet-like networks of Deep SVDD. It
/// holds shapes only.
public struct ResampledNetwork: Hashable, Sendable {
  /// One chain, and how it takes the output of the previous one.
  public struct Chain: Hashable, Sendable {
    /// What is applied to the previous chain's output.
    public let input: ChainInput
    /// The blocks of the chain, first to last.
    public let blocks: [ConvolutionBlock]

    public init(_ input: ChainInput = .asItLies, _ blocks: [ConvolutionBlock]) {
      self.input = input
      self.blocks = blocks
    }
  }

  /// The chains as a network, without the resampling.
  public let network: Network
  let inputs: [ChainInput]

  /// - Precondition: each chain's input has as many values as the resampled output of the previous one; the first chain
  ///   takes its input as is.
  public init(name: String, chains: [Chain]) {
    precondition(chains.first?.input == .asItLies, "\(name): the first chain cannot resample its input")
    network = Network(name: name, chains: chains.map(\.blocks))
    inputs = chains.map(\.input)
    for index in chains.indices.dropFirst() {
      let (given, taken) = (output(of: index - 1), network.blocks[network.chains[index].lowerBound].input)
      let count =
        switch inputs[index] {
        case .asItLies: given.count
        case .maxPooled: given.channels * (given.height / 2) * (given.width / 2)
        case .upSampled: given.count * 4
        }
      precondition(count == taken.count, "\(name): \(given), \(inputs[index]), does not give \(taken)")
    }
  }

  private func output(of chain: Int) -> Shape { network.blocks[network.chains[chain].upperBound - 1].output }

  /// The input shape of the chain's first block.
  private func input(of chain: Int) -> Shape { network.blocks[network.chains[chain].lowerBound].input }

  /// Runs all chains on a batch and fills `pass`; see `Network.forward`.
  public func forward(
    _ input: FloatBuffer, layout: BatchLayout, weights: NetworkWeights, mode: BatchNormMode,
    pass: ResampledPass, engine: any Engine
  ) {
    var current = input
    for (chain, blocks) in network.chains.enumerated() {
      if let resampled = pass.inputs[chain] {
        resample(current, to: resampled, chain: chain, layout: layout, engine: engine)
        current = resampled
      }
      network.forward(
        through: blocks, current, layout: layout, weights: weights, mode: mode, pass: pass.blocks,
        engine: engine)
      current = pass.blocks.output(of: blocks.upperBound - 1)
    }
  }

  private func resample(
    _ source: FloatBuffer, to target: FloatBuffer, chain: Int, layout: BatchLayout, engine: any Engine
  ) {
    switch inputs[chain] {
    case .asItLies: break
    case .maxPooled:
      let high = output(of: chain - 1)
      engine.maxPool(
        target, from: source, layout: layout, channels: high.channels, height: high.height,
        width: high.width)
    case .upSampled:
      let high = input(of: chain)
      engine.upSample(
        target, from: source, layout: layout, channels: high.channels,
        height: high.height / 2, width: high.width / 2)
    }
  }

  /// Backpropagates a gradient with respect to the output through all chains, accumulating into `parameterGradients`;
  /// see `Network.backward`.
  public func backward(
    _ gradient: FloatBuffer, weights: NetworkWeights, pass: ResampledPass, parameterGradients: FloatBuffer,
    workspace: GradientWorkspace, engine: any Engine
  ) {
    var current = gradient
    for (chain, blocks) in network.chains.enumerated().reversed() {
      let inputGradient = pass.inputGradients[chain]
      network.backward(
        through: blocks, gradient: current, weights: weights, pass: pass.blocks,
        parameterGradients: parameterGradients, inputGradient: inputGradient, workspace: workspace,
        engine: engine)
      guard let inputGradient else { return }
      current = inputGradient
      if let target = pass.outputGradients[chain - 1] {
        resampleGradient(current, to: target, chain: chain, pass: pass, engine: engine)
        current = target
      }
    }
  }

  private func resampleGradient(
    _ gradient: FloatBuffer, to target: FloatBuffer, chain: Int, pass: ResampledPass, engine: any Engine
  ) {
    let layout = pass.blocks.layout
    switch inputs[chain] {
    case .asItLies: break
    case .maxPooled:
      let high = output(of: chain - 1)
      let source = pass.blocks.output(of: network.chains[chain - 1].upperBound - 1)
      engine.maxPoolGradient(
        target, from: gradient, high: source, layout: layout, channels: high.channels,
        height: high.height, width: high.width)
    case .upSampled:
      let high = input(of: chain)
      engine.upSampleGradient(
        target, from: gradient, layout: layout, channels: high.channels,
        height: high.height / 2, width: high.width / 2)
    }
  }
}

/// The activations of one forward pass through a resampled network, and memory for its backward pass.
public final class ResampledPass {
  /// The activations of the blocks of all chains.
  public let blocks: Pass
  private let network: ResampledNetwork
  /// The resampled input of each chain; nil where the previous output is used as is.
  let inputs: [FloatBuffer?]
  /// Gradients with respect to the input of each chain but the first, and with respect to each chain's output if it is
  /// resampled. All nil for a pass without backward.
  let inputGradients: [FloatBuffer?]
  let outputGradients: [FloatBuffer?]

  /// - Parameters:
  ///   - capacity: maximum number of images in a batch.
  ///   - goesBack: whether there will be a backward pass.
  public init(of resampled: ResampledNetwork, capacity: Int, goesBack: Bool) {
    let (network, inputs) = (resampled.network, resampled.inputs)
    func buffer(_ shape: Shape) -> FloatBuffer {
      FloatBuffer(count: BatchLayout.capacity(images: capacity, perImage: shape.count))
    }
    func input(_ chain: Int) -> Shape { network.blocks[network.chains[chain].lowerBound].input }
    func output(_ chain: Int) -> Shape { network.blocks[network.chains[chain].upperBound - 1].output }
    self.network = resampled
    blocks = Pass(of: network, capacity: capacity)
    let chains = network.chains.indices
    self.inputs = chains.map { inputs[$0] == .asItLies ? nil : buffer(input($0)) }
    inputGradients = chains.map { goesBack && $0 > 0 ? buffer(input($0)) : nil }
    outputGradients = chains.map { chain in
      let isResampled = chain + 1 < chains.count && inputs[chain + 1] != .asItLies
      return goesBack && isResampled ? buffer(output(chain)) : nil
    }
  }

  /// The result of the last chain.
  public var output: FloatBuffer { blocks.output(of: network.network.blocks.count - 1) }
}
