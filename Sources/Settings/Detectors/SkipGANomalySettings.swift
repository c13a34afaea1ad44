/// Hyperparameters of Skip-GANomaly (Akcay et al. 2019, arXiv 1901.08954), with the defaults of the authors' code.
public struct SkipGANomalySettings: RebuildingRecord, CombinedScoresRecord {
  public static let detectorName = "skip-ganomaly"
  public static let fieldsWithoutCost: Set<String> = [
    "epochs", "learning_rate", "beta1", "beta2", "adversarial_weight", "contextual_weight", "latent_weight",
    "constant_epochs", "decay_epochs", "feature_weight",
  ]
  public static let usesBatchNorm = true

  /// Size of the discriminator's latent vector, which serves as its feature.
  public var latentSize = 100
  /// Channels after the first convolution of either network.
  public var width = 64
  public var adversarialWeight = 1.0
  public var contextualWeight = 50.0
  /// Weight of the latent loss, in both networks' losses.
  public var latentWeight = 1.0
  public var learningRate = 2e-4
  public var beta1 = 0.5
  public var beta2 = 0.999
  public var batchSize = 64
  public var epochs = 15
  /// Epochs at the full learning rate.
  public var constantEpochs = 15
  /// Epochs over which it then decays linearly to zero.
  public var decayEpochs = 100
  /// The weight of the feature distance in the score.
  public var featureWeight = 0.1

  public init() {}

  public static let fields: [SettingField<SkipGANomalySettings>] = [
    .integer(
      "latent_size", \.latentSize, 1...4096, "Size of the discriminator's latent vector, its feature."),
    .integer("width", \.width, 1...1024, "Channels after the first convolution of either network."),
    .adversarialWeight,
    .contextualWeight,
    .number(
      "latent_weight", \.latentWeight, .atLeast(0), "Weight of the latent loss, in both networks' losses."),
    .learningRate,
    .beta1,
    .beta2,
    .wholeBatches(of: 1),
    .epochs,
    .integer("constant_epochs", \.constantEpochs, 0...100_000, "Epochs with the whole learning rate."),
    .integer(
      "decay_epochs", \.decayEpochs, 0...100_000,
      "Epochs after that in which the learning rate decays linearly to zero."),
    .featureWeight,
  ]
}
