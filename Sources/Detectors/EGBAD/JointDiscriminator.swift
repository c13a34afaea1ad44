import Kernels
import NeuralNetworks

/// EGBAD's discriminator D(x, z): distinguishes an image with its code, (x, E(x)), from a generated image with its
/// latent noise, (G(z), z).
///
/// The image goes through two convolutions and the latent vector through a dense layer; both are concatenated, a dense
/// layer gives the features f(x, z), and another the logit. The original is for 28×28 images; at 32×32, the image
/// branch has 64×8×8 values instead of 64×7×7.
struct JointDiscriminator {
  let network: Network

  init(image: Shape, latentSize: Int, width: Int) {
    let leaky = Activation.leakyReLU(slope: 0.1)
    let image1 = ConvolutionBlock.convolution(
      "image1", from: image, to: width, kernel: 4, stride: 2, padding: 1, then: .bias, activation: leaky)
    let image2 = ConvolutionBlock.convolution(
      "image2", from: image1.output, to: width, kernel: 4, stride: 2, padding: 1, then: .batch(.tensorFlow),
      activation: leaky)
    let latent = ConvolutionBlock.linear(
      "latent", from: Shape(latentSize, 1, 1), to: 8 * width, then: .bias, activation: leaky)
    let joint = ConvolutionBlock.linear(
      "joint", from: Shape(image2.output.count + latent.output.count, 1, 1), to: 16 * width, then: .bias,
      activation: leaky)
    let logit = ConvolutionBlock.linear(
      "logit", from: joint.output, to: 1, then: .bias, activation: .identity)
    network = Network(name: "discriminator", chains: [[image1], [image2], [latent], [joint], [logit]])
  }

  var image1: Range<Int> { network.chains[0] }
  var image2: Range<Int> { network.chains[1] }
  var latent: Range<Int> { network.chains[2] }
  var joint: Range<Int> { network.chains[3] }
  var logit: Range<Int> { network.chains[4] }

  /// The number of features of one image.
  var featureCount: Int { count(joint) }

  /// The output size of a single-block chain for one image.
  func count(_ chain: Range<Int>) -> Int { network.blocks[chain.lowerBound].output.count }
}
