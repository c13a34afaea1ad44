import Kernels

/// What happens to a batch on its way into a chain of blocks.
public enum ChainInput: Hashable, Sendable {
  /// It is taken as it lies in memory, so that as many numbers may count as another shape.
  case asItLies
  /// Max pooling over 2×2 pixels.
  case maxPooled
  /// Up-sampling by 2 to the nearest.
  case upSampled
}

/// Chains of blocks one after the other, with max pooling or up-sampling in between: the LeNet-like networks of
/// Deep SVDD. It holds shapes only.
public struct ResampledNetwork: Hashable, Sendable {
  /// One chain, and how it takes what the chain before it gives.
  public struct Chain: Hashable, Sendable {
    public let input: ChainInput
    public let blocks: [ConvolutionBlock]

    public init(_ input: ChainInput = .asItLies, _ blocks: [ConvolutionBlock]) {
      self.input = input
      self.blocks = blocks
    }
  }

  public let network: Network
  let inputs: [ChainInput]

  /// - Precondition: each chain takes as many numbers as there are; the first one takes its input as it lies.
  public init(name: String, chains: [Chain]) {
    precondition(chains.first?.input == .asItLies, "\(name): an input that is resampled")
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

  /// What the chain's first block takes.
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

  /// Carries a gradient with respect to the output back through all chains, into the parameters' gradients, which
  /// are accumulated into; see `Network.backward`.
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

/// The activations of one forward pass through a resampled network, and memory for its backward.
public final class ResampledPass {
  public let blocks: Pass
  private let network: ResampledNetwork
  /// What each chain takes where that is not what the one before gave.
  let inputs: [FloatBuffer?]
  /// The gradients with respect to each chain's input, but the first one's, and to what each chain gave where that
  /// is something else. None for a pass without backward.
  let inputGradients: [FloatBuffer?]
  let outputGradients: [FloatBuffer?]

  /// - Parameters:
  ///   - capacity: the most images in a batch.
  ///   - goesBack: whether there will be a backward.
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
