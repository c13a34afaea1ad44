import Kernels
import NeuralNetworks
import Settings

/// GANomaly's discriminator D: an encoder to a single number, then a sigmoid. Its features f(·) are the input of the
/// last convolution.
struct Discriminator {
  let network: Network

  init(image: Shape, settings: GANomalySettings) {
    network = Network(
      name: "discriminator",
      blocks: Pyramid.encoder(
        "discriminator", image: image, latentSize: 1, width: settings.width,
        extraLayers: settings.extraLayers,
        last: .sigmoid))
  }

  /// The blocks up to the features f(·).
  var featureBlocks: Range<Int> { 0..<network.blocks.count - 1 }
  var all: Range<Int> { network.blocks.indices }
  var featureShape: Shape { network.blocks[featureBlocks.upperBound - 1].output }

  /// The features f(·) and the predictions D(·) of a pass.
  func features(_ pass: Pass) -> FloatBuffer { pass.output(of: featureBlocks.upperBound - 1) }
  func predictions(_ pass: Pass) -> FloatBuffer { pass.output(of: all.upperBound - 1) }
}
