import NeuralNetworks
import Settings

/// GANomaly (Akcay et al. 2018, arXiv 1805.06725): an encoder-decoder-encoder generator trained against a
/// discriminator on normal images; an image is anomalous when re-encoding its reconstruction does not recover its
/// latent vector.
///
/// An epoch is one pass over the images in random order; the last incomplete batch is dropped.
typealias GANomaly = TrainedDetector<GANomalyModel>

extension GANomalySettings: DetectorMaking { typealias Detector = GANomaly }

/// The generator and the discriminator with their weights.
struct GANomalyModel: DetectorModel {
  let generator: Generator
  let discriminator: Discriminator
  let generatorWeights: NetworkWeights
  let discriminatorWeights: NetworkWeights

  /// - Precondition: images are square, with a side of 4·2^k, k ≥ 3.
  init(_ setup: DetectorSetup<GANomalySettings>) {
    Pyramid.requireSide(setup.image)
    generator = Generator(image: setup.shape, settings: setup.settings)
    discriminator = Discriminator(image: setup.shape, settings: setup.settings)
    generatorWeights = NetworkWeights(initializing: generator.network, seed: setup.seed)
    discriminatorWeights = NetworkWeights(initializing: discriminator.network, seed: setup.seed)
  }

  /// Parameters and running statistics of both networks, each as `network/block.tensor`.
  var places: [TensorPlace] {
    generatorWeights.places(generator.network) + discriminatorWeights.places(discriminator.network)
  }

  func trainer(_ setup: DetectorSetup<GANomalySettings>) -> GANomalyTrainer { GANomalyTrainer(self, setup) }

  func evaluator(_ setup: DetectorSetup<GANomalySettings>, batchSize: Int) -> GANomalyEvaluator {
    GANomalyEvaluator(self, setup, batchSize: batchSize)
  }
}
