import Kernels
import NeuralNetworks
import Settings

/// The three networks of EGBAD: E: x → z, G: z → x̂ and D(x, z).
struct EGBADNetworks {
  let encoder: Network
  let generator: DenseGenerator
  let discriminator: JointDiscriminator

  init(image: Shape, settings: EGBADSettings) {
    encoder = Self.encoder(image: image, settings: settings)
    generator = DenseGenerator(image: image, latentSize: settings.latentSize, width: settings.width)
    discriminator = JointDiscriminator(image: image, settings: settings)
  }

  /// Three 3×3 convolutions of strides 1, 2 and 2 with TensorFlow's padding, then a dense layer to the latent
  /// vector. The newest version of the authors' code leaves out the first activation, which their paper has.
  private static func encoder(image: Shape, settings: EGBADSettings) -> Network {
    let width = settings.width
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
      "latent", from: quarter.output, to: settings.latentSize, then: .bias, activation: .identity)
    return Network(name: "encoder", blocks: [full, half, quarter, latent])
  }

  /// E(x): the latent vectors of a pass through the encoder.
  func latent(_ pass: Pass) -> FloatBuffer { pass.output(of: encoder.blocks.count - 1) }
}
