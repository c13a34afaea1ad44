import Kernels
import NeuralNetworks
import Settings

/// The encoder x → μ, log σ² and the decoder z → pixel parameters, of linear layers with biases.
struct VAENetworks {
  let network: Network
  let latent: LatentModel
  let pixels: PixelModel

  init(pixelCount: Int, settings: VAESettings) {
    latent = LatentModel(size: settings.latentSize)
    pixels = PixelModel(
      likelihood: settings.likelihood, varianceFloor: Float(settings.varianceFloor), pixels: pixelCount)
    func chain(_ prefix: String, from inputs: Int, to outputs: Int) -> [ConvolutionBlock] {
      var blocks: [ConvolutionBlock] = []
      for layer in 0..<settings.hiddenLayers {
        blocks.append(
          .linear(
            "\(prefix).hidden\(layer + 1)", from: blocks.last?.output ?? Shape(inputs, 1, 1),
            to: settings.hiddenSize, then: .bias, activation: .relu))
      }
      return blocks + [
        .linear(
          "\(prefix).output", from: Shape(settings.hiddenSize, 1, 1), to: outputs, then: .bias,
          activation: .identity)
      ]
    }
    network = Network(
      name: "vae",
      chains: [
        chain("encoder", from: pixelCount, to: 2 * settings.latentSize),
        chain("decoder", from: settings.latentSize, to: pixels.outputs),
      ])
  }

  var encoder: Range<Int> { network.chains[0] }
  var decoder: Range<Int> { network.chains[1] }

  /// μ and log σ² of a pass, and its decoder's output.
  func encoded(_ pass: Pass) -> FloatBuffer { pass.output(of: encoder.upperBound - 1) }
  func decoded(_ pass: Pass) -> FloatBuffer { pass.output(of: decoder.upperBound - 1) }
}
