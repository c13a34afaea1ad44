import Kernels
import NeuralNetworks

/// A network with all that training needs of it besides its passes.
struct TrainedNetwork {
  let network: Network
  let weights: NetworkWeights
  /// Laid out like the parameters.
  let gradients: FloatBuffer
  let adam: Adam

  init(network: Network, weights: NetworkWeights, gradients: FloatBuffer, adam: Adam) {
    self.network = network
    self.weights = weights
    self.gradients = gradients
    self.adam = adam
  }

  /// A network whose parameters are zero, to be drawn, and a fresh Adam.
  init(
    _ network: Network, learningRate: Double, beta1: Double = 0.9, beta2: Double = 0.999,
    weightDecay: Double = 0
  ) {
    self.init(
      network: network, weights: NetworkWeights(for: network),
      gradients: FloatBuffer(count: network.parameterCount),
      adam: Adam(
        parameterCount: network.parameterCount, learningRate: learningRate, beta1: beta1, beta2: beta2,
        weightDecay: weightDecay))
  }

  /// One step along `gradients`; see `Adam.step`.
  func step(learningRate: Double? = nil, context: ComputeContext) {
    adam.step(weights.parameters, gradient: gradients, learningRate: learningRate, context: context)
  }
}

/// As a result and a checkpoint keep it.
extension TrainedNetwork {
  /// Parameters and running statistics, each under `network/block.tensor`.
  var weightPlaces: [TensorPlace] { weights.places(network, under: network.name) }

  /// Adam's two moments as `network/adam.moment`, flat.
  var momentPlaces: [TensorPlace] {
    [("first", adam.firstMoment), ("second", adam.secondMoment)].map { name, moment in
      TensorPlace("\(network.name)/adam.\(name)_moment", shape: [moment.count], in: moment)
    }
  }

  /// The name of the count of Adam's steps.
  var stepCountName: String { "\(network.name).adam.steps" }
}

extension NetworkWeights {
  /// Parameters and running statistics, each under `name/block.tensor`.
  func places(_ network: Network, under name: String) -> [TensorPlace] {
    func places(_ tensors: [ParameterTensor], _ buffer: FloatBuffer) -> [TensorPlace] {
      tensors.map { TensorPlace("\(name)/\($0.name)", shape: $0.shape, in: buffer, at: $0.offset) }
    }
    return places(network.layout.parameters, parameters) + places(network.layout.running, running)
  }
}
