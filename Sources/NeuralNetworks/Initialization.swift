import Randomness

extension NetworkWeights {
  /// Reinitializes all parameters: convolution weights from N(0, 0.02), batch norm's scale from N(1, 0.02), its shift
  /// and biases 0 (the DCGAN initialization of the reference code). Running statistics are kept.
  ///
  /// - Parameter purpose: prefix of the names of the random streams, one stream per tensor.
  public func draw(for network: Network, seed: UInt64, purpose: String) {
    for tensor in network.layout.parameters {
      switch tensor.role {
      case .convolutionWeight: drawNormal(tensor, mean: 0, seed, purpose, network.name)
      case .batchNormScale: drawNormal(tensor, mean: 1, seed, purpose, network.name)
      case .batchNormShift, .bias: fill(tensor, with: 0)
      case .runningMean, .runningVariance: break
      }
    }
  }

  /// Reinitializes all parameters: weights by `initialization`, batch norm's scale 1, its shift and biases 0. Running
  /// statistics are kept.
  ///
  /// - Parameter purpose: prefix of the names of the random streams, one stream per weight tensor.
  public func draw(
    for network: Network, seed: UInt64, purpose: String, weights initialization: WeightInitialization
  ) {
    for (block, offsets) in zip(network.blocks, network.layout.blocks) {
      var stream = RandomStream(seed: seed, name: "\(purpose)/\(network.name)/\(block.name).weight")
      let bound = initialization.bound(of: block)
      for index in 0..<block.geometry.weightCount {
        parameters[offsets.weight + index] = Float(bound * (2 * stream.nextUniform() - 1))
      }
    }
    for tensor in network.layout.parameters where tensor.role != .convolutionWeight {
      fill(tensor, with: tensor.role == .batchNormScale ? 1 : 0)
    }
  }

  private func fill(_ tensor: ParameterTensor, with value: Float) {
    parameters.replace(from: tensor.offset, with: Array(repeating: value, count: tensor.count))
  }

  private func drawNormal(
    _ tensor: ParameterTensor, mean: Double, _ seed: UInt64, _ purpose: String, _ network: String
  ) {
    var stream = RandomStream(seed: seed, name: "\(purpose)/\(network)/\(tensor.name)")
    for index in stride(from: tensor.range.lowerBound, to: tensor.range.upperBound, by: 2) {
      let (first, second) = stream.nextNormalPair()
      parameters[index] = Float(mean + 0.02 * first)
      if index + 1 < tensor.range.upperBound { parameters[index + 1] = Float(mean + 0.02 * second) }
    }
  }
}

/// Distributions of a block's initial weights: uniform in (−b, b), where b depends on the number of inputs per output
/// (fan-in) and of outputs per input (fan-out).
public enum WeightInitialization: Hashable, Sendable {
  /// b = gain·√(6/(fan-in + fan-out)): Glorot and Bengio 2010, torch's `xavier_uniform_`.
  case glorotUniform(gain: Double)
  /// b = 1/√(fan-in): torch's default for its linear and convolution layers.
  case inverseRootOfFanIn

  func bound(of block: ConvolutionBlock) -> Double {
    let geometry = block.geometry
    let toLow = geometry.taps
    // In a linear layer every input reaches each output exactly once.
    let toHigh =
      geometry.lowPixels == 1
      ? geometry.lowChannels : geometry.lowChannels * geometry.kernel * geometry.kernel
    let (fanIn, fanOut) = block.kind == .convolution ? (toLow, toHigh) : (toHigh, toLow)
    switch self {
    case .glorotUniform(let gain): return gain * (6 / Double(fanIn + fanOut)).squareRoot()
    case .inverseRootOfFanIn: return 1 / Double(fanIn).squareRoot()
    }
  }
}
