import Kernels
import NeuralNetworks
import Settings

extension MovingAverage {
  /// The average of weights before training.
  convenience init(initializing network: Network, seed: UInt64, decay: Double) {
    self.init(of: NetworkWeights(initializing: network, seed: seed), network: network, decay: decay)
  }

  /// As results and checkpoints keep it: `network_average/block.tensor`.
  func places(_ network: Network) -> [TensorPlace] {
    weights.places(network, under: Self.name(of: network))
  }

  static func name(of network: Network) -> String { "\(network.name)_average" }
}

/// A network in training with the moving average of its weights, which scores.
struct AveragedNetwork {
  let trained: TrainedNetwork
  let average: MovingAverage

  /// Initial weights, whose average is the model's.
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

  /// One step along `gradients`, which the average then takes in.
  func step(engine: any Engine) {
    trained.step(engine: engine)
    average.update(from: trained.weights, engine: engine)
  }
}
