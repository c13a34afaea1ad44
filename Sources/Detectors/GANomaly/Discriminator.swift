import Kernels
import NeuralNetworks
import Settings

/// An encoder to a single number with a sigmoid after it. Its features f(·) are everything before the last
/// convolution.
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

  /// f(·) and D(·) of a pass.
  func features(_ pass: Pass) -> FloatBuffer { pass.output(of: featureBlocks.upperBound - 1) }
  func predictions(_ pass: Pass) -> FloatBuffer { pass.output(of: all.upperBound - 1) }
}
