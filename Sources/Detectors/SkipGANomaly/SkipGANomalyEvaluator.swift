import Kernels
import NeuralNetworks
import Settings

/// Scores each image by (1 − w)·mean (x − x̂)² + w·mean (f(x) − f(x̂))², and by each mean alone.
final class SkipGANomalyEvaluator: NetworkEvaluator<SkipGANomalyModel> {
  private let generatorPass: UNetPass
  private let realPass: Pass
  private let rebuiltPass: Pass

  override init(
    _ model: SkipGANomalyModel, _ setup: DetectorSetup<SkipGANomalySettings>, batchSize: Int
  ) {
    generatorPass = UNetPass(of: model.generator, capacity: batchSize)
    realPass = Pass(of: model.discriminator.network, capacity: batchSize)
    rebuiltPass = Pass(of: model.discriminator.network, capacity: batchSize)
    super.init(model, setup, batchSize: batchSize)
  }

  /// With running statistics, no bit of a score depends on the batch size.
  override var padsSmallBatches: Bool { mode == .runningStatistics }

  var reconstruction: FloatBuffer { generatorPass.image }

  override func evaluate() -> Scores {
    forward()
    return Scores(
      reconstruction: imageDistances, feature: featureDistances, featureWeight: settings.featureWeight)
  }

  /// Computes x̂, f(x) and f(x̂).
  func forward() {
    generate()
    findFeatures(x, realPass)
    findFeatures(reconstruction, rebuiltPass)
  }

  /// x̂ = G(x).
  private func generate() {
    generatorPass.forward(x, layout: layout, weights: model.generatorWeights, mode: mode, engine: engine)
  }

  private func findFeatures(_ images: FloatBuffer, _ pass: Pass) {
    model.discriminator.findFeatures(
      images, layout: layout, weights: model.discriminatorWeights, mode: mode, pass: pass, engine: engine)
  }

  /// mean (x − x̂)² of each image.
  var imageDistances: [Double] { meanSquares(x, reconstruction, setup.image.count) }

  /// mean (f(x) − f(x̂))² of each image.
  var featureDistances: [Double] {
    meanSquares(
      model.discriminator.features(realPass), model.discriminator.features(rebuiltPass), featureCount)
  }

  private func meanSquares(_ a: FloatBuffer, _ b: FloatBuffer, _ count: Int) -> [Double] {
    engine.differenceSumsByImage(a, b, layout: layout, count: count).map { $0.squared / Double(count) }
  }
}

extension SkipGANomalyEvaluator: RebuildingEvaluator {
  func rebuild() -> [UInt8] {
    generate()
    return bytes(reconstruction)
  }
}

/// The discriminator's latent vectors f(x).
extension SkipGANomalyEvaluator: FeatureEvaluator {
  var featureCount: Int { model.discriminator.featureCount }

  func findFeatures() -> [Float] {
    findFeatures(x, realPass)
    return values(model.discriminator.features(realPass), featureCount)
  }
}
