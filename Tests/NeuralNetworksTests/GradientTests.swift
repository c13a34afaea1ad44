import Kernels
import NeuralNetworks
import Randomness
import TestSupport
import Testing

/// A small network without kinks, so that finite differences mean something: a convolution down, one that keeps
/// the size, a transposed one up.
private let network: Network = {
  let input = Shape(2, 8, 8)
  let down = ConvolutionBlock.convolution(
    "down", from: input, to: 3, kernel: 4, stride: 2, padding: 1, batchNorm: true, activation: .tanh)
  let keep = ConvolutionBlock.convolution(
    "keep", from: down.output, to: 4, kernel: 3, stride: 1, padding: 1, batchNorm: false, activation: .sigmoid
  )
  let up = ConvolutionBlock.transposed(
    "up", from: keep.output, to: 2, kernel: 4, stride: 2, padding: 1, batchNorm: true, activation: .tanh)
  return Network(name: "small", blocks: [down, keep, up])
}()

@Suite("Gradients of a network")
struct GradientTests {
  private let context = ComputeContext(threads: 1)
  private let layout = BatchLayout(images: 5, padsSmallBatches: true)
  private let input: FloatBuffer
  private let direction: FloatBuffer
  private let weights: NetworkWeights

  init() {
    func random(_ count: Int, _ name: String) -> FloatBuffer {
      var stream = RandomStream(seed: 1, name: name)
      return FloatBuffer((0..<count).map { _ in Float(stream.nextNormalPair().0) })
    }
    input = random(layout.count(perImage: network.input.count), "input")
    direction = random(layout.count(perImage: network.output.count), "direction")
    context.clearPadding(direction, layout: layout, count: network.output.count)
    weights = NetworkWeights(for: network)
    weights.parameters.copy(from: random(network.parameterCount, "weights"))
    for index in 0..<network.parameterCount { weights.parameters[index] *= 0.3 }
  }

  /// ⟨output, direction⟩: a loss whose gradient at the output is `direction`.
  private func loss() -> Double {
    let pass = Pass(of: network, capacity: layout.images)
    network.forward(
      input, layout: layout, weights: weights, mode: .batchStatistics, pass: pass, engine: context)
    return zip(pass.output(of: 2).array, direction.array).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  /// The loss's slope along one element, by central differences.
  private func slope(_ buffer: FloatBuffer, _ index: Int, step: Float = 4e-3) -> Double {
    let value = buffer[index]
    buffer[index] = value + step
    let above = loss()
    buffer[index] = value - step
    let below = loss()
    buffer[index] = value
    return (above - below) / Double(2 * step)
  }

  @Test("finite differences confirm the gradients of parameters and input")
  func finiteDifferences() {
    let pass = Pass(of: network, capacity: layout.images)
    network.forward(
      input, layout: layout, weights: weights, mode: .batchStatistics, pass: pass, engine: context)
    let gradients = FloatBuffer(count: network.parameterCount)
    let inputGradient = FloatBuffer(count: input.count)
    let outputGradient = FloatBuffer(direction.array)
    network.backward(
      through: 0..<3, gradient: outputGradient, weights: weights, pass: pass,
      parameterGradients: gradients, inputGradient: inputGradient,
      workspace: GradientWorkspace(for: [network], capacity: layout.images), engine: context)
    let slopes = (0..<network.parameterCount).map { slope(weights.parameters, $0) }
    #expect(relativeL2Error(gradients.array, slopes) < 2e-3)
    // Lanes 0 to 4 hold images; the others are padding.
    let sampled = stride(from: 0, to: input.count, by: 7).filter { $0 % layout.lanes < layout.images }
    let inputSlopes = sampled.map { slope(input, $0, step: 1.6e-2) }
    let found = sampled.map { inputGradient[$0] }
    #expect(relativeL2Error(found, inputSlopes) < 2e-3)
  }

  @Test("a batch scored with its own running statistics after many updates looks as in training")
  func runningStatistics() {
    let pass = Pass(of: network, capacity: layout.images)
    func outputs(_ mode: BatchNormMode) -> [Float] {
      network.forward(input, layout: layout, weights: weights, mode: mode, pass: pass, engine: context)
      return context.imageMajor(pass.output(of: 2), layout: layout, count: network.output.count)
    }
    let training = outputs(.batchStatistics)
    for _ in 0..<400 { network.updateRunningStatistics(of: weights, from: pass, engine: context) }
    // The running variance is the unbiased one: n/(n−1) more, with n = 5·16 at the first batch norm.
    #expect(relativeL2Error(outputs(.runningStatistics), training) < 2e-2)
  }
}
