import Kernels
import NeuralNetworks
import Settings

/// x → encoder 1 → z → decoder → x̂ → encoder 2 → ẑ (section 3.2 of the paper), as one chain of blocks.
struct Generator {
  let network: Network
  let encoder1: Range<Int>
  let decoder: Range<Int>
  let encoder2: Range<Int>

  init(image: Shape, settings: GANomalySettings) {
    let (latentSize, width, extraLayers) = (settings.latentSize, settings.width, settings.extraLayers)
    let first = Pyramid.encoder(
      "encoder1", image: image, latentSize: latentSize, width: width, extraLayers: extraLayers)
    let middle = Pyramid.decoder(
      "decoder", image: image, latentSize: latentSize, width: width, extraLayers: extraLayers)
    let second = Pyramid.encoder(
      "encoder2", image: image, latentSize: latentSize, width: width, extraLayers: extraLayers)
    network = Network(name: "generator", blocks: first + middle + second)
    encoder1 = 0..<first.count
    decoder = first.count..<first.count + middle.count
    encoder2 = decoder.upperBound..<network.blocks.count
  }

  var latentSize: Int { network.output.channels }

  /// z, x̂ and ẑ of a pass, in this order.
  func latent(_ pass: Pass) -> FloatBuffer { pass.output(of: encoder1.upperBound - 1) }
  func image(_ pass: Pass) -> FloatBuffer { pass.output(of: decoder.upperBound - 1) }
  func reencodedLatent(_ pass: Pass) -> FloatBuffer { pass.output(of: encoder2.upperBound - 1) }
}
