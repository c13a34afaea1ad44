import NeuralNetworks
import Settings

/// A variational autoencoder whose anomaly score is the reconstruction probability (An and Cho, *Variational
/// autoencoder based anomaly detection using reconstruction probability*, 2015).
///
/// Pixels are bytes divided by 255, whatever the selection's own scale. An epoch is one pass over the images in random
/// order, with one latent sample per image.
typealias VAE = TrainedDetector<VAEModel>

extension VAESettings: DetectorMaking { typealias Detector = VAE }

/// The encoder and decoder with their weights (initially Glorot uniform).
struct VAEModel: DetectorModel {
  let networks: VAENetworks
  let weights: NetworkWeights

  /// The value of each byte.
  static let pixelTable = (0...255).map { Float($0) / 255 }

  init(_ setup: DetectorSetup<VAESettings>) {
    networks = VAENetworks(pixelCount: setup.image.count, settings: setup.settings)
    weights = NetworkWeights(
      initializing: networks.network, seed: setup.seed, by: .glorotUniform(gain: 1))
  }

  /// Parameters, each as `vae/block.tensor`.
  var places: [TensorPlace] { weights.places(networks.network) }

  func trainer(_ setup: DetectorSetup<VAESettings>) -> VAETrainer { VAETrainer(self, setup) }

  func evaluator(_ setup: DetectorSetup<VAESettings>, batchSize: Int) -> VAEEvaluator {
    VAEEvaluator(self, setup, batchSize: batchSize)
  }
}
