import NeuralNetworks

extension MovingAverage {
  /// The average of a network that is to be trained.
  convenience init(of trained: TrainedNetwork, decay: Double) {
    self.init(of: trained.weights, network: trained.network, decay: decay)
  }

  /// As results and checkpoints keep it: `network_average/block.tensor`.
  func places(_ trained: TrainedNetwork) -> [TensorPlace] {
    weights.places(trained.network, under: "\(trained.network.name)_average")
  }
}
