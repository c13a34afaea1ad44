import Kernels
import NeuralNetworks

/// EGBAD's encoder E: x → z.
struct LatentEncoder {
  let network: Network

  /// Three 3×3 convolutions of strides 1, 2 and 2 with TensorFlow's padding, then a dense layer to the latent vector.
  /// The newest version of the authors' code omits the first activation; this follows their paper, which has it.
  init(image: Shape, latentSize: Int, width: Int) {
    let leaky = Activation.leakyReLU(slope: 0.1)
    func convolution(
      _ name: String, from input: Shape, to channels: Int, stride: Int, then normalization: BlockNormalization
    ) -> ConvolutionBlock {
      .convolution(
        name, from: input, to: channels, kernel: 3, stride: stride,
        padding: .same(side: input.height, kernel: 3, stride: stride), then: normalization, activation: leaky)
    }
    let full = convolution("full", from: image, to: max(1, width / 2), stride: 1, then: .bias)
    let half = convolution("half", from: full.output, to: width, stride: 2, then: .batch(.tensorFlow))
    let quarter = convolution(
      "quarter", from: half.output, to: 2 * width, stride: 2, then: .batch(.tensorFlow))
    let latent = ConvolutionBlock.linear(
      "latent", from: quarter.output, to: latentSize, then: .bias, activation: .identity)
    network = Network(name: "encoder", blocks: [full, half, quarter, latent])
  }

  /// E(x): the latent vectors of a pass through the encoder.
  func latent(_ pass: Pass) -> FloatBuffer { pass.output(of: network.blocks.count - 1) }
}
