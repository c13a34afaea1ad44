import Diagnostics
import NeuralNetworks

extension GANomaly {
  /// Both networks as results and checkpoints keep them.
  var parts: TrainedParts {
    TrainedParts(
      networks: [
        TrainedNetwork(
          network: step.generator.network, weights: step.generatorWeights, gradients: step.generatorGradients,
          adam: step.generatorAdam),
        TrainedNetwork(
          network: step.discriminator.network, weights: step.discriminatorWeights,
          gradients: step.discriminatorGradients, adam: step.discriminatorAdam),
      ], loop: loop)
  }

  /// Parameters and running statistics of both networks, each under `network/block.tensor`.
  public var weights: [NamedTensor] { parts.weights }

  /// Takes over the weights of a trained detector.
  ///
  /// - Throws: `Problem` when a tensor is missing, unknown or of another shape; then nothing is changed.
  public func load(weights: [NamedTensor]) throws(Problem) { try parts.load(weights: weights) }
}
