import Kernels

/// Networks as operations; batch norm takes its running statistics.
extension GraphBuilder {
  /// Runs a network, or some blocks of it, as `Network.forward` does.
  ///
  /// - Parameters:
  ///   - range: the blocks to pass through; nil for all of a network that is one chain.
  ///   - input: as many numbers as the first block takes, in any shape.
  ///   - weights: under which name the network's tensors stand; nil for the network's own.
  public mutating func run(
    _ network: Network, through range: Range<Int>? = nil, _ input: GraphValue, weights: String? = nil
  ) -> GraphValue {
    let range = range ?? network.blocks.indices
    precondition(network.isInOneChain(range), "\(network.name): blocks \(range) are not part of one chain")
    return range.reduce(input) { x, index in
      run(network.blocks[index], x, weights: weights ?? network.name)
    }
  }

  /// Runs all chains of a network with its pooling and up-sampling, as `ResampledNetwork.forward` does.
  public mutating func run(_ resampled: ResampledNetwork, _ input: GraphValue) -> GraphValue {
    zip(resampled.network.chains, resampled.inputs).reduce(input) { x, chain in
      let taken =
        switch chain.1 {
        case .asItLies: x
        case .maxPooled: maxPool(x)
        case .upSampled: upSample(shaped(x, for: resampled.network.blocks[chain.0.lowerBound]))
        }
      return run(resampled.network, through: chain.0, taken)
    }
  }

  /// What is up-sampled before a block, as half as many rows and columns as that takes.
  private mutating func shaped(_ x: GraphValue, for block: ConvolutionBlock) -> GraphValue {
    let input = block.input
    return reshape(x, to: [input.channels, input.height / 2, input.width / 2])
  }

  private mutating func run(_ block: ConvolutionBlock, _ input: GraphValue, weights: String) -> GraphValue {
    let (geometry, name) = (block.geometry, block.name)
    func tensor(_ part: String, _ shape: [Int]) -> GraphValue {
      .tensor("\(weights)/\(name).\(part)", shape: shape)
    }
    let channels = [block.output.channels]
    let weight = tensor(
      "weight", [geometry.lowChannels, geometry.highChannels, geometry.kernel, geometry.kernel])
    let bias = block.normalization == .bias ? [tensor("bias", channels)] : []
    let padding = Padding(before: geometry.padding, after: geometry.paddingAfter)
    let x = reshape(input, to: block.input.dimensions)
    let operation: GraphOperation =
      switch block.kind {
      case .convolution: .convolution(kernel: geometry.kernel, stride: geometry.stride, padding: padding)
      case .transposed:
        .transposedConvolution(kernel: geometry.kernel, stride: geometry.stride, padding: padding)
      }
    var result = append(operation, [x, weight] + bias, shape: block.output.dimensions, name: name)
    if let batchNorm = block.batchNorm {
      let affine = batchNorm.isAffine ? [tensor("scale", channels), tensor("shift", channels)] : []
      result = append(
        .batchNormalization(epsilon: batchNorm.epsilon),
        [result] + affine + [tensor("running_mean", channels), tensor("running_variance", channels)],
        shape: result.shape, name: "\(name).normalized")
    }
    return apply(block.activation, to: result, as: "\(name).activation")
  }
}

extension Shape {
  fileprivate var dimensions: [Int] { [channels, height, width] }
}
