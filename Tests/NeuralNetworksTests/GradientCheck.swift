import Kernels
import NeuralNetworks
import Randomness
import TestSupport

/// Numbers from N(0, 1) under a name.
func normalNumbers(_ count: Int, _ name: String, deviation: Float = 1) -> FloatBuffer {
  var stream = RandomStream(seed: 1, name: name)
  return FloatBuffer((0..<count).map { _ in deviation * Float(stream.nextNormalPair().0) })
}

/// Compares the gradients of ⟨output, direction⟩, for a random direction, with central differences.
struct GradientCheck {
  let network: Network
  let layout: BatchLayout
  let mode: BatchNormMode
  let context = ComputeContext(threads: 1)
  let weights: NetworkWeights
  let input: FloatBuffer
  let direction: FloatBuffer

  init(_ network: Network, layout: BatchLayout, mode: BatchNormMode = .batchStatistics) {
    self.network = network
    self.layout = layout
    self.mode = mode
    weights = NetworkWeights(for: network)
    weights.parameters.copy(from: normalNumbers(network.parameterCount, "weights", deviation: 0.3))
    for tensor in network.layout.running {
      let values = normalNumbers(tensor.count, tensor.name, deviation: 0.3).array
      let isVariance = tensor.role == .runningVariance
      weights.running.replace(from: tensor.offset, with: values.map { isVariance ? 1 + $0 * $0 : $0 })
    }
    input = normalNumbers(layout.count(perImage: network.input.count), "input")
    direction = normalNumbers(layout.count(perImage: network.output.count), "direction")
    context.clearPadding(direction, layout: layout, count: network.output.count)
  }

  func forward(_ pass: Pass) {
    network.forward(input, layout: layout, weights: weights, mode: mode, pass: pass, engine: context)
  }

  private func loss() -> Double {
    let pass = Pass(of: network, capacity: layout.images)
    forward(pass)
    let output = pass.output(of: network.blocks.count - 1).array
    return zip(output, direction.array).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  private func slope(_ buffer: FloatBuffer, _ index: Int, step: Float) -> Double {
    let value = buffer[index]
    buffer[index] = value + step
    let above = loss()
    buffer[index] = value - step
    let below = loss()
    buffer[index] = value
    return (above - below) / Double(2 * step)
  }

  /// Relative L2 errors of the gradients of all parameters and of every fifth number of the input.
  func errors() -> (parameters: Double, input: Double) {
    let pass = Pass(of: network, capacity: layout.images)
    forward(pass)
    let gradients = FloatBuffer(count: network.parameterCount)
    let inputGradient = FloatBuffer(count: input.count)
    network.backward(
      through: network.blocks.indices, gradient: FloatBuffer(direction.array), weights: weights, pass: pass,
      parameterGradients: gradients, inputGradient: inputGradient,
      workspace: GradientWorkspace(for: [network], capacity: layout.images), engine: context)
    let slopes = (0..<network.parameterCount).map { slope(weights.parameters, $0, step: 4e-3) }
    let sampled = stride(from: 0, to: input.count, by: 5).filter { $0 % layout.lanes < layout.images }
    return (
      relativeL2Error(gradients.array, slopes),
      relativeL2Error(
        sampled.map { inputGradient[$0] }, sampled.map { slope(input, $0, step: 1.6e-2) })
    )
  }
}
