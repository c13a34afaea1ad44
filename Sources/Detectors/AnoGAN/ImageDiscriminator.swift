import Kernels
import NeuralNetworks

/// AnoGAN's discriminator D(x).
struct ImageDiscriminator {
  let network: Network

  /// Two convolutions of stride 2, a dense layer whose output is the features f(x), and another dense layer to the
  /// logit. The original is for 28×28 images; here the side may be any multiple of 4.
  init(image: Shape, width: Int) {
    let leaky = Activation.leakyReLU(slope: 0.1)
    let image1 = ConvolutionBlock.convolution(
      "image1", from: image, to: width, kernel: 4, stride: 2, padding: 1, then: .bias, activation: leaky)
    let image2 = ConvolutionBlock.convolution(
      "image2", from: image1.output, to: width, kernel: 4, stride: 2, padding: 1, then: .batch(.tensorFlow),
      activation: leaky)
    let dense = ConvolutionBlock.linear(
      "dense", from: image2.output, to: 16 * width, then: .batch(.tensorFlow), activation: leaky)
    let logit = ConvolutionBlock.linear(
      "logit", from: dense.output, to: 1, then: .bias, activation: .identity)
    network = Network(name: "discriminator", blocks: [image1, image2, dense, logit])
  }

  /// The blocks up to the features f(·).
  var featureBlocks: Range<Int> { 0..<network.blocks.count - 1 }
  var featureCount: Int { network.blocks[featureBlocks.upperBound - 1].output.count }

  func features(_ pass: Pass) -> FloatBuffer { pass.output(of: featureBlocks.upperBound - 1) }
  /// One number per image, contiguous.
  func logits(_ pass: Pass) -> FloatBuffer { pass.output(of: featureBlocks.upperBound) }
}
