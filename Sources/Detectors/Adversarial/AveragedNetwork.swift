import Kernels
import NeuralNetworks
import Settings

extension MovingAverage {
  /// A moving average that starts from the initial weights.
  convenience init(initializing network: Network, seed: UInt64, decay: Double) {
    self.init(of: NetworkWeights(initializing: network, seed: seed), network: network, decay: decay)
  }

  /// The tensors in results and checkpoints, each as `network_average/block.tensor`.
  func places(_ network: Network) -> [TensorPlace] {
    weights.places(network, under: Self.name(of: network))
  }

  static func name(of network: Network) -> String { "\(network.name)_average" }
}

/// A network in training with the moving average of its weights, which is used for scoring.
struct AveragedNetwork {
  let trained: TrainedNetwork
  let average: MovingAverage

  /// Starts from the initial weights, like the model's average.
  init(
    _ network: Network, _ average: MovingAverage, _ setup: DetectorSetup<some NoiseTrainedRecord>
  ) {
    trained = TrainedNetwork(
      network, NetworkWeights(initializing: network, seed: setup.seed), setup.settings)
    self.average = average
  }

  var network: Network { trained.network }
  var weights: NetworkWeights { trained.weights }
  var gradients: FloatBuffer { trained.gradients }

  /// Takes one step along `gradients` and updates the average.
  func step(engine: any Engine) {
    trained.step(engine: engine)
    average.update(from: trained.weights, engine: engine)
  }
}
