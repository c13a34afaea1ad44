import Kernels
import NeuralNetworks
import Settings

/// A network in training: its weights, the gradients of a step and the optimizer.
struct TrainedNetwork {
  let network: Network
  let weights: NetworkWeights
  /// Laid out like the parameters.
  let gradients: FloatBuffer
  let adam: Adam

  /// Starts a fresh Adam on existing weights.
  init(
    _ network: Network, _ weights: NetworkWeights, learningRate: Double, beta1: Double = 0.9,
    beta2: Double = 0.999, weightDecay: Double = 0
  ) {
    self.network = network
    self.weights = weights
    gradients = FloatBuffer(count: network.parameterCount)
    adam = Adam(
      parameterCount: network.parameterCount, learningRate: learningRate, beta1: beta1, beta2: beta2,
      weightDecay: weightDecay)
  }

  init(_ network: Network, _ weights: NetworkWeights, _ settings: some AdamRecord) {
    self.init(
      network, weights, learningRate: settings.learningRate, beta1: settings.beta1, beta2: settings.beta2)
  }

  /// Updates the running statistics from the batch statistics of a pass.
  func updateRunningStatistics(from pass: Pass, engine: any Engine) {
    network.updateRunningStatistics(of: weights, from: pass, engine: engine)
  }

  /// One step along `gradients`; see `Adam.step`.
  func step(learningRate: Double? = nil, engine: any Engine) {
    adam.step(weights.parameters, gradient: gradients, learningRate: learningRate, engine: engine)
  }
}

/// The checkpoint's form.
extension TrainedNetwork {
  var weightPlaces: [TensorPlace] { weights.places(network) }

  /// Adam's two moments as `network/adam.moment`, flat.
  var momentPlaces: [TensorPlace] {
    [("first", adam.firstMoment), ("second", adam.secondMoment)].map { name, moment in
      TensorPlace("\(network.name)/adam.\(name)_moment", shape: [moment.count], in: moment)
    }
  }

  /// The name under which Adam's step count is stored.
  var stepCountName: String { "\(network.name).adam.steps" }
}

extension NetworkWeights {
  /// Initial weights, by the DCGAN initialization unless another is given.
  convenience init(
    initializing network: Network, seed: UInt64, by initialization: WeightInitialization? = nil
  ) {
    self.init(for: network)
    // Part of the random streams' names: changing it changes the numbers.
    let purpose = "initialisation"
    if let initialization {
      draw(for: network, seed: seed, purpose: purpose, weights: initialization)
    } else {
      draw(for: network, seed: seed, purpose: purpose)
    }
  }

  /// Parameters and running statistics, each as `name/block.tensor`.
  ///
  /// - Parameter name: nil for the network's own.
  func places(_ network: Network, under name: String? = nil) -> [TensorPlace] {
    func places(_ tensors: [ParameterTensor], _ buffer: FloatBuffer) -> [TensorPlace] {
      tensors.map {
        TensorPlace("\(name ?? network.name)/\($0.name)", shape: $0.shape, in: buffer, at: $0.offset)
      }
    }
    return places(network.layout.parameters, parameters) + places(network.layout.running, running)
  }
}
