import Kernels
import NeuralNetworks
import Randomness
import TestSupport
import Testing

@Suite("Blocks of a network")
struct BlockTests {
  private let layout = BatchLayout(images: 5, padsSmallBatches: true)
  private let context = ComputeContext(threads: 1)

  /// Networks without kinks, so that finite differences mean something.
  enum Case: String, CaseIterable, Sendable {
    case linearLayersWithBias, plainBatchNorm, sameConvolutions, sameTransposed, largeKernel

    var network: Network {
      switch self {
      case .linearLayersWithBias:
        let input = Shape(2, 4, 4)
        let first = ConvolutionBlock.linear("first", from: input, to: 5, then: .bias, activation: .tanh)
        let second = ConvolutionBlock.linear(
          "second", from: first.output, to: 3, then: .bias, activation: .identity)
        let third = ConvolutionBlock.transposed(
          "third", from: second.output, to: 2, kernel: 4, stride: 1, padding: 0, then: .bias,
          activation: .sigmoid)
        return Network(name: "linear", blocks: [first, second, third])
      case .plainBatchNorm:
        let normalization = BlockNormalization.batch(BatchNorm(epsilon: 0.3, isAffine: false))
        let first = ConvolutionBlock.convolution(
          "first", from: Shape(2, 6, 6), to: 3, kernel: 3, stride: 1, padding: 1, then: normalization,
          activation: .tanh)
        let second = ConvolutionBlock.linear(
          "second", from: first.output, to: 4, then: normalization, activation: .identity)
        return Network(name: "plain", blocks: [first, second])
      case .sameConvolutions:
        let first = ConvolutionBlock.convolution(
          "first", from: Shape(2, 8, 8), to: 3, kernel: 3, stride: 2,
          padding: .same(side: 8, kernel: 3, stride: 2), then: .bias, activation: .tanh)
        let second = ConvolutionBlock.convolution(
          "second", from: first.output, to: 2, kernel: 5, stride: 2,
          padding: .same(side: 4, kernel: 5, stride: 2), then: .batch(BatchNorm()), activation: .tanh)
        return Network(name: "same", blocks: [first, second])
      case .sameTransposed:
        let block = ConvolutionBlock.transposed(
          "up", from: Shape(3, 4, 4), to: 2, kernel: 5, stride: 2, padding: Padding(before: 1, after: 2),
          then: .bias, activation: .tanh)
        return Network(name: "up", blocks: [block])
      case .largeKernel:
        let first = ConvolutionBlock.convolution(
          "first", from: Shape(1, 6, 6), to: 2, kernel: 5, stride: 1, padding: 2, then: .none,
          activation: .tanh)
        let second = ConvolutionBlock.transposed(
          "second", from: first.output, to: 2, kernel: 5, stride: 1, padding: 2, then: .bias,
          activation: .sigmoid)
        return Network(name: "large", blocks: [first, second])
      }
    }
  }

  @Test(
    "finite differences confirm gradients with biases, plain batch norm, and any kernel and padding",
    arguments: Case.allCases)
  func gradients(_ example: Case) {
    let errors = GradientCheck(example.network, layout: layout).errors()
    #expect(errors.parameters < 2e-3)
    #expect(errors.input < 2e-3)
  }

  @Test(
    "finite differences confirm gradients where running statistics are constants",
    arguments: [Case.plainBatchNorm, .sameConvolutions])
  func runningStatistics(_ example: Case) {
    let errors = GradientCheck(example.network, layout: layout, mode: .runningStatistics).errors()
    #expect(errors.parameters < 2e-3)
    #expect(errors.input < 2e-3)
  }

  @Test("a bias that is not zero shifts a linear layer's result, in both layouts of a batch")
  func bias() {
    for layout in [layout, BatchLayout(images: 2)] {
      let check = GradientCheck(
        Network(
          name: "one",
          blocks: [.linear("l", from: Shape(1, 2, 2), to: 3, then: .bias, activation: .identity)]),
        layout: layout)
      let pass = Pass(of: check.network, capacity: layout.images)
      check.forward(pass)
      let x = context.imageMajor(check.input, layout: layout, count: 4)
      let y = context.imageMajor(pass.output(of: 0), layout: layout, count: 3)
      // Twelve weights, then three biases.
      let p = check.weights.parameters.array
      for image in 0..<layout.images {
        for row in 0..<3 {
          let expected = (0..<4).reduce(p[12 + row]) { $0 + p[row * 4 + $1] * x[image * 4 + $1] }
          #expect(abs(y[image * 3 + row] - expected) < 1e-5)
        }
      }
    }
  }

  @Test("asymmetric padding is that of an image with zeros behind", arguments: [3, 5])
  func asymmetricPadding(kernel: Int) {
    let (side, padding) = (6, Padding.same(side: 6, kernel: kernel, stride: 2))
    #expect(padding.after == padding.before + 1)
    let layout = BatchLayout(images: 2)
    func result(_ input: FloatBuffer, side: Int, _ padding: Padding) -> [Float] {
      let block = ConvolutionBlock.convolution(
        "c", from: Shape(2, side, side), to: 3, kernel: kernel, stride: 2, padding: padding, then: .none,
        activation: .identity)
      let network = Network(name: "one", blocks: [block])
      let weights = NetworkWeights(for: network)
      weights.parameters.copy(from: normalNumbers(network.parameterCount, "weights"))
      let pass = Pass(of: network, capacity: 2)
      network.forward(
        input, layout: layout, weights: weights, mode: .batchStatistics, pass: pass, engine: context)
      #expect(block.output == Shape(3, 3, 3))
      return context.imageMajor(pass.output(of: 0), layout: layout, count: block.output.count)
    }
    let input = normalNumbers(2 * 2 * side * side, "input")
    let padded = FloatBuffer(count: 2 * 2 * (side + 1) * (side + 1))
    for plane in 0..<4 {
      for y in 0..<side {
        for x in 0..<side {
          padded[(plane * (side + 1) + y) * (side + 1) + x] = input[(plane * side + y) * side + x]
        }
      }
    }
    let (ours, expected) = (
      result(input, side: side, padding), result(padded, side: side + 1, Padding(padding.before))
    )
    #expect(relativeMaximumError(ours, expected) < 1e-6)
  }

  @Test(
    "the zeros of TensorFlow's SAME, before and behind",
    arguments: [(28, 3, 2, 0, 1), (28, 5, 2, 1, 2), (28, 4, 2, 1, 1), (7, 3, 2, 1, 1), (28, 3, 1, 1, 1)])
  func same(side: Int, kernel: Int, stride: Int, before: Int, after: Int) {
    #expect(
      Padding.same(side: side, kernel: kernel, stride: stride) == Padding(before: before, after: after))
  }

  @Test("two chains one after the other are the same blocks in one chain, to the bit")
  func chains() {
    func conv(_ name: String, _ input: Shape) -> ConvolutionBlock {
      .convolution(
        name, from: input, to: 8, kernel: 4, stride: 2, padding: 1, batchNorm: true,
        activation: .leakyReLU(slope: 0.2))
    }
    // The second block reads planes as they are computed, unless it stands in a chain of its own.
    let first = conv("first", Shape(8, 32, 32))
    let second = conv("second", first.output)
    let whole = GradientCheck(Network(name: "n", blocks: [first, second]), layout: layout)
    let pass = Pass(of: whole.network, capacity: layout.images)
    whole.forward(pass)
    let gradients = FloatBuffer(count: whole.network.parameterCount)
    let workspace = GradientWorkspace(for: [whole.network], capacity: layout.images)
    whole.network.backward(
      through: 0..<2, gradient: FloatBuffer(whole.direction.array), weights: whole.weights, pass: pass,
      parameterGradients: gradients, inputGradient: nil, workspace: workspace, engine: context)

    let parts = Network(name: "n", chains: [[first], [second]])
    let partsPass = Pass(of: parts, capacity: layout.images)
    let partsGradients = FloatBuffer(count: parts.parameterCount)
    parts.forward(
      through: 0..<1, whole.input, layout: layout, weights: whole.weights, mode: .batchStatistics,
      pass: partsPass, engine: context)
    parts.forward(
      through: 1..<2, partsPass.output(of: 0), layout: layout, weights: whole.weights,
      mode: .batchStatistics, pass: partsPass, engine: context)
    #expect(partsPass.output(of: 1).array == pass.output(of: 1).array)
    let middle = FloatBuffer(count: layout.count(perImage: first.output.count))
    parts.backward(
      through: 1..<2, gradient: FloatBuffer(whole.direction.array), weights: whole.weights, pass: partsPass,
      parameterGradients: partsGradients, inputGradient: middle, workspace: workspace, engine: context)
    parts.backward(
      through: 0..<1, gradient: middle, weights: whole.weights, pass: partsPass,
      parameterGradients: partsGradients, inputGradient: nil, workspace: workspace, engine: context)
    #expect(partsGradients.array == gradients.array)
  }

  @Test("uniform weights keep their bound, have its deviation, and biases start at 0")
  func initialization() {
    let block = ConvolutionBlock.linear("l", from: Shape(1, 16, 16), to: 50, then: .bias, activation: .relu)
    let network = Network(name: "n", blocks: [block])
    for (initialization, bound) in [
      (WeightInitialization.glorotUniform(gain: 1), (6.0 / 306).squareRoot()),
      (.inverseRootOfFanIn, 1.0 / 16),
    ] {
      let weights = NetworkWeights(for: network)
      weights.parameters.fill(with: 9)
      weights.draw(for: network, seed: 4, purpose: "initialisation", weights: initialization)
      let values = weights.parameters[0..<50 * 256].map { Double($0) / bound }
      #expect(values.allSatisfy { abs($0) <= 1 + 1e-6 })
      let variance = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
      #expect(abs(variance - 1.0 / 3) < 0.01)
      #expect(weights.parameters[50 * 256..<50 * 256 + 50].allSatisfy { $0 == 0 })
    }
  }
}
