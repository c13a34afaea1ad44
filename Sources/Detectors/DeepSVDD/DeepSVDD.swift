import NeuralNetworks
import Settings

/// Deep SVDD (Ruff et al., *Deep One-Class Classification*, 2018): a network that pulls the embeddings of normal images
/// toward a center; an image whose embedding lies far from it is anomalous.
///
/// An epoch is one pass over the images in random order; a last batch with a single image is dropped. The first epoch
/// starts by pre-training an autoencoder, whose encoder becomes the network, and by setting the center.
typealias DeepSVDD = TrainedDetector<DeepSVDDModel>

extension DeepSVDDSettings: DetectorMaking { typealias Detector = DeepSVDD }

/// φ with its weights (initially Glorot uniform), the sphere, and the preprocessing range.
struct DeepSVDDModel: DetectorModel {
  let leNet: LeNet
  let network: ResampledNetwork
  let weights: NetworkWeights
  let sphere: Sphere
  let range: ContrastRange

  /// - Precondition: images are square, with a side of 2^k, at least 32.
  init(_ setup: DetectorSetup<DeepSVDDSettings>) {
    let settings = setup.settings
    leNet = LeNet(image: setup.shape, size: settings.network, latentSize: settings.latentSize)
    network = leNet.encoder(name: "encoder")
    weights = NetworkWeights(for: network.network)
    sphere = Sphere(size: leNet.latentSize)
    range = ContrastRange()
    takeOver(Self.autoencoder(leNet, seed: setup.seed).weights)
  }

  /// The autoencoder before pre-training.
  static func autoencoder(
    _ leNet: LeNet, seed: UInt64
  ) -> (network: ResampledNetwork, weights: NetworkWeights) {
    let network = leNet.autoencoder(name: "autoencoder")
    return (
      network, NetworkWeights(initializing: network.network, seed: seed, by: LeNet.initialization)
    )
  }

  /// Makes an autoencoder's encoder φ: copies the leading parameters and running statistics.
  func takeOver(_ autoencoder: NetworkWeights) {
    weights.parameters.copy(from: autoencoder.parameters)
    weights.running.copy(from: autoencoder.running)
  }

  /// Parameters and running statistics, each as `encoder/block.tensor`, the sphere's center and radius, and the
  /// preprocessing range.
  var places: [TensorPlace] { weights.places(network.network) + sphere.places + [range.place] }

  func trainer(_ setup: DetectorSetup<DeepSVDDSettings>) -> DeepSVDDTrainer { DeepSVDDTrainer(self, setup) }

  func evaluator(_ setup: DetectorSetup<DeepSVDDSettings>, batchSize: Int) -> DeepSVDDEvaluator {
    DeepSVDDEvaluator(self, setup, batchSize: batchSize)
  }
}
