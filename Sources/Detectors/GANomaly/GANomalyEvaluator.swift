import Kernels
import NeuralNetworks
import Settings

/// Scores by the distance between z and ẑ, in both norms, from one pass.
final class GANomalyEvaluator: NetworkEvaluator<GANomalyModel> {
  private let generatorPass: Pass
  private lazy var discriminatorPass = Pass(of: model.discriminator.network, capacity: batchSize)

  override init(_ model: GANomalyModel, _ setup: DetectorSetup<GANomalySettings>, batchSize: Int) {
    generatorPass = Pass(of: model.generator.network, capacity: batchSize)
    super.init(model, setup, batchSize: batchSize)
  }

  var latent: FloatBuffer { model.generator.latent(generatorPass) }
  var reconstruction: FloatBuffer { model.generator.image(generatorPass) }
  var reencodedLatent: FloatBuffer { model.generator.reencodedLatent(generatorPass) }

  override func evaluate() -> Scores {
    generate()
    let count = settings.latentSize
    let sums = engine.differenceSumsByImage(latent, reencodedLatent, layout: layout, count: count)
    return Scores([
      LatentScore.l1.rawValue: sums.map { Float($0.absolute / Double(count)) },
      LatentScore.squaredL2.rawValue: sums.map { Float($0.squared / Double(count)) },
    ])
  }

  /// z, x̂, ẑ = G(x).
  private func generate() { forward(model.generator.network, model.generatorWeights, x, generatorPass) }
}

extension GANomalyEvaluator: RebuildingEvaluator {
  func rebuild() -> [UInt8] {
    generate()
    return bytes(reconstruction)
  }
}

/// The discriminator's features f(x), as in the paper's figure 6b.
extension GANomalyEvaluator: FeatureEvaluator {
  var featureCount: Int { model.discriminator.featureShape.count }

  func findFeatures() -> [Float] {
    forward(model.discriminator.network, model.discriminatorWeights, x, discriminatorPass)
    return values(model.discriminator.features(discriminatorPass), featureCount)
  }
}
