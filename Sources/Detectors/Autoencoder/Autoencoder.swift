import NeuralNetworks
import Settings

/// A convolutional autoencoder scored by its reconstruction error: the DCAE baseline of Ruff et al. (*Deep One-Class
/// Classification*, 2018), with their preprocessing.
///
/// An epoch is one pass over the images in random order; a last batch with a single image is dropped.
typealias Autoencoder = TrainedDetector<AutoencoderModel>

extension AutoencoderSettings: DetectorMaking { typealias Detector = Autoencoder }

/// The network, its weights (initially Glorot uniform), and the range used by the preprocessing.
struct AutoencoderModel: DetectorModel {
  let network: ResampledNetwork
  let weights: NetworkWeights
  let range: ContrastRange

  /// - Precondition: images are square, with a side of 2^k, at least 32.
  init(_ setup: DetectorSetup<AutoencoderSettings>) {
    let settings = setup.settings
    let leNet = LeNet(image: setup.shape, size: settings.network, latentSize: settings.latentSize)
    network = leNet.autoencoder(name: "autoencoder")
    weights = NetworkWeights(initializing: network.network, seed: setup.seed, by: LeNet.initialization)
    range = ContrastRange()
  }

  /// Parameters and running statistics, each as `autoencoder/block.tensor`, and the preprocessing range.
  var places: [TensorPlace] { weights.places(network.network) + [range.place] }

  func trainer(_ setup: DetectorSetup<AutoencoderSettings>) -> AutoencoderTrainer {
    AutoencoderTrainer(self, setup)
  }

  func evaluator(_ setup: DetectorSetup<AutoencoderSettings>, batchSize: Int) -> AutoencoderEvaluator {
    AutoencoderEvaluator(self, setup, batchSize: batchSize)
  }
}

extension LeNet {
  /// Glorot uniform, with the gain of a leaky ReLU of slope 0.01.
  static let initialization = WeightInitialization.glorotUniform(gain: (2 / (1 + 1e-4)).squareRoot())
}
