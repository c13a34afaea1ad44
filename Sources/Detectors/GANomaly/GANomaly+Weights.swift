import Diagnostics
import NeuralNetworks

extension GANomaly {
  /// Parameters and running statistics of both networks, each under `network/block.tensor`.
  public var weights: [NamedTensor] {
    networks.flatMap { network, weights in
      network.layout.parameters.map { tensor(weights.parameters[$0.range], $0, network) }
        + network.layout.running.map { tensor(weights.running[$0.range], $0, network) }
    }
  }

  /// Takes over the weights of a trained detector.
  ///
  /// - Throws: `Problem` when a tensor is missing, unknown or of another shape; then nothing is changed.
  public func load(weights tensors: [NamedTensor]) throws(Problem) {
    let given = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let wanted = weights
    for tensor in wanted {
      guard let found = given[tensor.name] else {
        throw Problem(.badData, at: tensor.name, "this tensor is missing")
      }
      guard found.shape == tensor.shape, found.values.count == tensor.values.count else {
        throw Problem(
          .badData, at: tensor.name, "the tensor's shape is \(found.shape), but \(tensor.shape) is wanted",
          hint: "the weights belong to other hyperparameters")
      }
    }
    if let unknown = tensors.first(where: { tensor in !wanted.contains { $0.name == tensor.name } }) {
      throw Problem(.badData, at: unknown.name, "these networks have no such tensor")
    }
    for (network, weights) in networks {
      for tensor in network.layout.parameters {
        weights.parameters.replace(from: tensor.offset, with: given[name(tensor, network)]?.values ?? [])
      }
      for tensor in network.layout.running {
        weights.running.replace(from: tensor.offset, with: given[name(tensor, network)]?.values ?? [])
      }
    }
  }

  private var networks: [(Network, NetworkWeights)] {
    [
      (step.generator.network, step.generatorWeights),
      (step.discriminator.network, step.discriminatorWeights),
    ]
  }

  private func name(_ tensor: ParameterTensor, _ network: Network) -> String {
    "\(network.name)/\(tensor.name)"
  }

  private func tensor(_ values: [Float], _ tensor: ParameterTensor, _ network: Network) -> NamedTensor {
    NamedTensor(name: name(tensor, network), shape: tensor.shape, values: values)
  }
}
