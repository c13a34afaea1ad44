import NeuralNetworks
import Settings

/// x → encoder 1 → z → decoder → x̂ → encoder 2 → ẑ (section 3.2 of the paper), as one chain of blocks.
struct Generator {
  let network: Network
  /// The blocks whose outputs are z and x̂; the last block's is ẑ.
  let latentBlock: Int
  let imageBlock: Int

  init(image: Shape, settings: GANomalySettings) {
    let (latentSize, width, extraLayers) = (settings.latentSize, settings.width, settings.extraLayers)
    let encoder1 = Pyramid.encoder(
      "encoder1", image: image, latentSize: latentSize, width: width, extraLayers: extraLayers)
    let decoder = Pyramid.decoder(
      "decoder", image: image, latentSize: latentSize, width: width, extraLayers: extraLayers)
    let encoder2 = Pyramid.encoder(
      "encoder2", image: image, latentSize: latentSize, width: width, extraLayers: extraLayers)
    network = Network(name: "generator", blocks: encoder1 + decoder + encoder2)
    latentBlock = encoder1.count - 1
    imageBlock = encoder1.count + decoder.count - 1
  }

  var encoder1: Range<Int> { 0..<latentBlock + 1 }
  var decoder: Range<Int> { latentBlock + 1..<imageBlock + 1 }
  var encoder2: Range<Int> { imageBlock + 1..<network.blocks.count }
  var latentSize: Int { network.output.channels }
}
