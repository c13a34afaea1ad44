import Randomness

extension NetworkWeights {
  /// Draws all parameters anew: convolution weights from N(0, 0.02), batch norm's scale from N(1, 0.02), its
  /// shift 0 (the DCGAN initialisation that the reference code applies). Running statistics stay.
  ///
  /// - Parameter purpose: names the random streams, one a tensor.
  public func draw(for network: Network, seed: UInt64, purpose: String) {
    for tensor in network.layout.parameters {
      switch tensor.role {
      case .convolutionWeight: drawNormal(tensor, mean: 0, seed, purpose, network.name)
      case .batchNormScale: drawNormal(tensor, mean: 1, seed, purpose, network.name)
      case .batchNormShift:
        parameters.replace(from: tensor.offset, with: Array(repeating: 0, count: tensor.count))
      case .runningMean, .runningVariance: break
      }
    }
  }

  private func drawNormal(
    _ tensor: ParameterTensor, mean: Double, _ seed: UInt64, _ purpose: String, _ network: String
  ) {
    var stream = RandomStream(seed: seed, name: "\(purpose)/\(network)/\(tensor.name)")
    for index in stride(from: tensor.range.lowerBound, to: tensor.range.upperBound, by: 2) {
      let (first, second) = stream.nextNormalPair()
      parameters.pointer[index] = Float(mean + 0.02 * first)
      if index + 1 < tensor.range.upperBound { parameters.pointer[index + 1] = Float(mean + 0.02 * second) }
    }
  }
}
