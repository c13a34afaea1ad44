import Images
import Kernels
import NeuralNetworks

/// G: z → x̂, the generator of EGBAD and AnoGAN: two dense layers to 2·width channels at a quarter of the image's side,
/// then two transposed convolutions of stride 2.
///
/// The original, of width 64, is for 28×28 images: dense to 1024, dense to 128×7×7, then 64×14×14 and 1×28×28. Here the
/// side may be any multiple of 4, with any number of channels: at 32×32, the second dense layer gives 128×8×8. Batch
/// norm after a dense layer normalizes each unit. Layers have biases only where no batch norm would cancel them.
struct DenseGenerator {
  let network: Network
  /// Values per image of the gradient between the two chains.
  var hiddenCount: Int { network.blocks[dense.upperBound - 1].output.count }

  init(image: Shape, latentSize: Int, width: Int) {
    let dense1 = ConvolutionBlock.linear(
      "dense1", from: Shape(latentSize, 1, 1), to: 16 * width, then: .batch(.tensorFlow), activation: .relu)
    let quarter = Shape(2 * width, image.height / 4, image.width / 4)
    let dense2 = ConvolutionBlock.linear(
      "dense2", from: dense1.output, to: quarter.count, then: .batch(.tensorFlow), activation: .relu)
    let up1 = ConvolutionBlock.transposed(
      "up1", from: quarter, to: width, kernel: 4, stride: 2, padding: 1, then: .batch(.tensorFlow),
      activation: .relu)
    let up2 = ConvolutionBlock.transposed(
      "up2", from: up1.output, to: image.channels, kernel: 4, stride: 2, padding: 1, then: .bias,
      activation: .tanh)
    network = Network(name: "generator", chains: [[dense1, dense2], [up1, up2]])
  }

  /// - Precondition: images are square, with a side that is a multiple of 4.
  static func requireSide(_ image: ImageShape) {
    precondition(
      image.width == image.height && image.height % 4 == 0,
      "images must be square with a side divisible by 4, not \(image)")
  }

  private var dense: Range<Int> { network.chains[0] }
  private var up: Range<Int> { network.chains[1] }

  /// The image x̂ of a pass.
  func image(_ pass: Pass) -> FloatBuffer { pass.output(of: up.upperBound - 1) }

  /// Computes x̂ = G(z) into `pass`.
  ///
  /// - Parameter imageIsWanted: false if only the batch statistics are needed.
  func forward(
    _ z: FloatBuffer, layout: BatchLayout, weights: NetworkWeights, mode: BatchNormMode, pass: Pass,
    imageIsWanted: Bool = true, engine: any Engine
  ) {
    network.forward(
      through: dense, z, layout: layout, weights: weights, mode: mode, pass: pass, engine: engine)
    // The dense layer's units already lie in memory like the pixels.
    network.forward(
      through: imageIsWanted ? up : up.dropLast(), pass.output(of: dense.upperBound - 1), layout: layout,
      weights: weights, mode: mode, pass: pass, engine: engine)
  }

  /// Backpropagates a gradient with respect to x̂ to the parameters and to z, each if wanted.
  ///
  /// - Parameters:
  ///   - imageGradient: overwritten.
  ///   - hiddenGradient: scratch for `hiddenCount` values per image.
  func backward(
    _ imageGradient: FloatBuffer, hiddenGradient: FloatBuffer, weights: NetworkWeights, pass: Pass,
    parameterGradients: FloatBuffer?, latentGradient: FloatBuffer?, workspace: GradientWorkspace,
    engine: any Engine
  ) {
    network.backward(
      through: up, gradient: imageGradient, weights: weights, pass: pass,
      parameterGradients: parameterGradients, inputGradient: hiddenGradient, workspace: workspace,
      engine: engine)
    network.backward(
      through: dense, gradient: hiddenGradient, weights: weights, pass: pass,
      parameterGradients: parameterGradients, inputGradient: latentGradient, workspace: workspace,
      engine: engine)
  }
}

extension BatchNorm {
  /// TensorFlow's defaults, which the EGBAD authors keep; its momentum of .99 is .01 in this convention.
  static let tensorFlow = BatchNorm(epsilon: 1e-3, momentum: 0.01)
}
