import NeuralNetworks
import Settings

/// EGBAD (Zenati et al. 2018, "Efficient GAN-Based Anomaly Detection", arXiv 1802.06222): a BiGAN whose encoder finds
/// an image's latent vector in one pass. The score compares the image with the generator's reconstruction from that
/// vector, and the discriminator's features of both.
///
/// An epoch is one pass over the images in random order, and a second in another order for G and E; the last incomplete
/// batch is dropped.
typealias EGBAD = TrainedDetector<EGBADModel>

extension EGBADSettings: DetectorMaking { typealias Detector = EGBAD }

/// EGBAD's three networks, E: x → z, G: z → x̂ and D(x, z), with moving averages of their weights.
struct EGBADModel: DetectorModel {
  let encoder: LatentEncoder
  let generator: DenseGenerator
  let discriminator: JointDiscriminator
  let encoderAverage: MovingAverage
  let generatorAverage: MovingAverage
  let discriminatorAverage: MovingAverage

  /// - Precondition: images are square, with a side that is a multiple of 4.
  init(_ setup: DetectorSetup<EGBADSettings>) {
    DenseGenerator.requireSide(setup.image)
    let (shape, settings) = (setup.shape, setup.settings)
    let (latentSize, width) = (settings.latentSize, settings.width)
    encoder = LatentEncoder(image: shape, latentSize: latentSize, width: width)
    generator = DenseGenerator(image: shape, latentSize: latentSize, width: width)
    discriminator = JointDiscriminator(image: shape, latentSize: latentSize, width: width)
    func average(_ network: Network) -> MovingAverage {
      MovingAverage(initializing: network, seed: setup.seed, decay: settings.movingAverage)
    }
    encoderAverage = average(encoder.network)
    generatorAverage = average(generator.network)
    discriminatorAverage = average(discriminator.network)
  }

  /// The moving averages, which are used for scoring, each as `network_average/block.tensor`.
  var places: [TensorPlace] {
    encoderAverage.places(encoder.network) + generatorAverage.places(generator.network)
      + discriminatorAverage.places(discriminator.network)
  }

  func trainer(_ setup: DetectorSetup<EGBADSettings>) -> EGBADTrainer { EGBADTrainer(self, setup) }

  func evaluator(_ setup: DetectorSetup<EGBADSettings>, batchSize: Int) -> EGBADEvaluator {
    EGBADEvaluator(self, setup, batchSize: batchSize)
  }
}
