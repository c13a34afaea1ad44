import Kernels
import NeuralNetworks
import Settings

/// Scores each image by (1 − w)·‖x − G(E(x))‖₁ + w·‖f(x, E(x)) − f(G(E(x)), E(x))‖₁, and by each norm alone. The norms
/// are sums. Scoring uses the weights' moving averages and running statistics, so no score depends on its batch.
final class EGBADEvaluator: NetworkEvaluator<EGBADModel> {
  private let encoderPass: Pass
  private let generatorPass: Pass
  private let realPass: JointPass
  private let rebuiltPass: JointPass

  override init(_ model: EGBADModel, _ setup: DetectorSetup<EGBADSettings>, batchSize: Int) {
    encoderPass = Pass(of: model.encoder.network, capacity: batchSize)
    generatorPass = Pass(of: model.generator.network, capacity: batchSize)
    realPass = JointPass(of: model.discriminator, capacity: batchSize, dropout: nil)
    rebuiltPass = JointPass(of: model.discriminator, capacity: batchSize, dropout: nil)
    super.init(model, setup, batchSize: batchSize)
  }

  override var padsSmallBatches: Bool { true }

  private var code: FloatBuffer { model.encoder.latent(encoderPass) }
  var reconstruction: FloatBuffer { model.generator.image(generatorPass) }

  override func evaluate() -> Scores {
    forward()
    return Scores(
      reconstruction: imageDistances, feature: featureDistances, featureWeight: settings.featureWeight)
  }

  /// Computes G(E(x)), f(x, E(x)) and f(G(E(x)), E(x)).
  func forward() {
    encode()
    generate()
    discriminate(x, realPass)
    discriminate(reconstruction, rebuiltPass)
  }

  private func encode() { forward(model.encoder.network, model.encoderAverage.weights, x, encoderPass) }

  private func generate() {
    model.generator.forward(
      code, layout: layout, weights: model.generatorAverage.weights, mode: mode, pass: generatorPass,
      engine: engine)
  }

  private func discriminate(_ images: FloatBuffer, _ pass: JointPass) {
    pass.forward(
      images, code, layout: layout, weights: model.discriminatorAverage.weights, mode: mode, engine: engine)
  }

  /// ‖x − G(E(x))‖₁ of each image.
  var imageDistances: [Double] {
    engine.differenceSumsByImage(x, reconstruction, layout: layout, count: setup.image.count).map(\.absolute)
  }

  /// ‖f(x, E(x)) − f(G(E(x)), E(x))‖₁ of each image.
  var featureDistances: [Double] {
    engine.differenceSumsByImage(
      realPass.features, rebuiltPass.features, layout: layout, count: featureCount
    ).map(\.absolute)
  }
}

/// The reconstructions G(E(x)).
extension EGBADEvaluator: RebuildingEvaluator {
  func rebuild() -> [UInt8] {
    encode()
    generate()
    return bytes(reconstruction)
  }
}

/// The discriminator's features f(x, E(x)).
extension EGBADEvaluator: FeatureEvaluator {
  var featureCount: Int { model.discriminator.featureCount }

  func findFeatures() -> [Float] {
    encode()
    discriminate(x, realPass)
    return values(realPass.features, featureCount)
  }
}
