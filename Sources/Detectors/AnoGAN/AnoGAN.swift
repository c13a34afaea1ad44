import NeuralNetworks
import Settings

/// AnoGAN (Schlegl et al. 2017, arXiv 1703.05921): a GAN of normal images; an image is anomalous when the generator has
/// no latent vector that reproduces it.
///
/// Networks and settings are those of the AnoGAN implementation that the EGBAD authors compare with. Scoring uses
/// moving averages of both networks' weights; that implementation averages only the generator's. An epoch is one pass
/// over the images in random order; the last incomplete batch is dropped.
typealias AnoGAN = TrainedDetector<AnoGANModel>

extension AnoGANSettings: DetectorMaking { typealias Detector = AnoGAN }

/// AnoGAN's networks, G: z → x̂ and D(x), with moving averages of their weights.
struct AnoGANModel: DetectorModel {
  let generator: DenseGenerator
  let discriminator: ImageDiscriminator
  let generatorAverage: MovingAverage
  let discriminatorAverage: MovingAverage

  /// - Precondition: images are square, with a side that is a multiple of 4.
  init(_ setup: DetectorSetup<AnoGANSettings>) {
    DenseGenerator.requireSide(setup.image)
    let settings = setup.settings
    generator = DenseGenerator(image: setup.shape, latentSize: settings.latentSize, width: settings.width)
    discriminator = ImageDiscriminator(image: setup.shape, width: settings.width)
    generatorAverage = MovingAverage(
      initializing: generator.network, seed: setup.seed, decay: settings.movingAverage)
    discriminatorAverage = MovingAverage(
      initializing: discriminator.network, seed: setup.seed, decay: settings.movingAverage)
  }

  /// The moving averages, which are used for scoring, each as `network_average/block.tensor`.
  var places: [TensorPlace] {
    generatorAverage.places(generator.network) + discriminatorAverage.places(discriminator.network)
  }

  func trainer(_ setup: DetectorSetup<AnoGANSettings>) -> AnoGANTrainer { AnoGANTrainer(self, setup) }

  func evaluator(_ setup: DetectorSetup<AnoGANSettings>, batchSize: Int) -> AnoGANEvaluator {
    AnoGANEvaluator(self, setup, batchSize: batchSize)
  }
}
