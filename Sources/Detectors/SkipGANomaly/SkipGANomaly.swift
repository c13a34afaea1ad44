import NeuralNetworks
import Settings

/// Skip-GANomaly (Akcay et al. 2019, arXiv 1901.08954): a U-Net that reconstructs normal images, trained against a
/// discriminator whose latent vectors are compared as well.
///
/// An epoch is one pass over the images in random order; the last incomplete batch is dropped.
typealias SkipGANomaly = TrainedDetector<SkipGANomalyModel>

extension SkipGANomalySettings: DetectorMaking { typealias Detector = SkipGANomaly }

/// The U-Net and the discriminator with their weights.
struct SkipGANomalyModel: DetectorModel {
  let generator: UNet
  let discriminator: FeatureDiscriminator
  let generatorWeights: NetworkWeights
  let discriminatorWeights: NetworkWeights

  /// - Precondition: images are square, with a side of 2^k, k ≥ 5.
  init(_ setup: DetectorSetup<SkipGANomalySettings>) {
    Pyramid.requireSide(setup.image)
    generator = UNet(image: setup.shape, width: setup.settings.width)
    discriminator = FeatureDiscriminator(image: setup.shape, settings: setup.settings)
    generatorWeights = NetworkWeights(initializing: generator.network, seed: setup.seed)
    discriminatorWeights = NetworkWeights(initializing: discriminator.network, seed: setup.seed)
  }

  /// Parameters and running statistics of both networks, each as `network/block.tensor`.
  var places: [TensorPlace] {
    generatorWeights.places(generator.network) + discriminatorWeights.places(discriminator.network)
  }

  func trainer(_ setup: DetectorSetup<SkipGANomalySettings>) -> SkipGANomalyTrainer {
    SkipGANomalyTrainer(self, setup)
  }

  func evaluator(_ setup: DetectorSetup<SkipGANomalySettings>, batchSize: Int) -> SkipGANomalyEvaluator {
    SkipGANomalyEvaluator(self, setup, batchSize: batchSize)
  }
}
