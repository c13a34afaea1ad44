import Kernels
import NeuralNetworks
import Settings

/// Skip-GANomaly's discriminator D: GANomaly's encoder to a latent vector, the feature f(x), then a convolution to one
/// channel and a sigmoid. (The original's 3×3 kernel touches its single pixel only with its center, so it is 1×1 here.)
struct FeatureDiscriminator {
  let network: Network

  init(image: Shape, settings: SkipGANomalySettings) {
    let encoder = Pyramid.encoder(
      "encoder", image: image, latentSize: settings.latentSize, width: settings.width, extraLayers: 0)
    let classifier = ConvolutionBlock.convolution(
      "classifier", from: encoder[encoder.count - 1].output, to: 1, kernel: 1, stride: 1, padding: 0,
      batchNorm: false, activation: .sigmoid)
    network = Network(name: "discriminator", chains: [encoder, [classifier]])
  }

  /// The blocks up to the features f(·), and the block after them.
  var encoder: Range<Int> { network.chains[0] }
  var classifier: Range<Int> { network.chains[1] }
  var featureCount: Int { network.blocks[encoder.upperBound - 1].output.count }

  func features(_ pass: Pass) -> FloatBuffer { pass.output(of: encoder.upperBound - 1) }
  /// One number per image, contiguous.
  func predictions(_ pass: Pass) -> FloatBuffer { pass.output(of: classifier.lowerBound) }

  /// Computes f(x) and D(x) into `pass`.
  func forward(
    _ x: FloatBuffer, layout: BatchLayout, weights: NetworkWeights, mode: BatchNormMode, pass: Pass,
    engine: any Engine
  ) {
    findFeatures(x, layout: layout, weights: weights, mode: mode, pass: pass, engine: engine)
    network.forward(
      through: classifier, features(pass), layout: layout, weights: weights, mode: mode, pass: pass,
      engine: engine)
  }

  /// Computes f(x) into `pass`.
  func findFeatures(
    _ x: FloatBuffer, layout: BatchLayout, weights: NetworkWeights, mode: BatchNormMode, pass: Pass,
    engine: any Engine
  ) {
    network.forward(
      through: encoder, x, layout: layout, weights: weights, mode: mode, pass: pass, engine: engine)
  }
}
