/// Hyperparameters of Skip-GANomaly (Akcay et al. 2019, arXiv 1901.08954), with the defaults of the authors' code.
public struct SkipGANomalySettings: EpochTrainedRecord {
  public static let detectorName = "skip-ganomaly"
  public static let fieldsWithoutCost: Set<String> = [
    "epochs", "learning_rate", "beta1", "beta2", "adversarial_weight", "contextual_weight", "latent_weight",
    "constant_epochs", "decay_epochs", "feature_weight",
  ]
  public static let usesBatchNorm = true

  /// Size of the discriminator's latent vector, which is its feature.
  public var latentSize = 100
  /// Channels after the first convolution of either network.
  public var width = 64
  public var adversarialWeight = 1.0
  public var contextualWeight = 50.0
  public var latentWeight = 1.0
  public var learningRate = 2e-4
  public var beta1 = 0.5
  public var beta2 = 0.999
  public var batchSize = 64
  public var epochs = 15
  /// Epochs with the whole learning rate.
  public var constantEpochs = 15
  /// Epochs in which it then falls to zero.
  public var decayEpochs = 100
  /// The share of the features' distance in a score.
  public var featureWeight = 0.1

  public init() {}

  public func scoreNames(_ evaluation: ProtocolSettings) -> [String] { AdversarialScores.names }

  public var smallestTrainingSet: (count: Int, field: String) { (batchSize, "batch_size") }

  public var imagesPerStep: Int? { batchSize }

  public var withoutTraining: SkipGANomalySettings {
    var settings = self
    settings.batchSize = 1
    return settings
  }

  public static let fields: [SettingField<SkipGANomalySettings>] = [
    .integer(
      "latent_size", \.latentSize, 1...4096, "Size of the discriminator's latent vector, its feature."),
    .integer("width", \.width, 1...1024, "Channels after the first convolution of either network."),
    .number("adversarial_weight", \.adversarialWeight, .atLeast(0), "Weight of the adversarial loss."),
    .number("contextual_weight", \.contextualWeight, .atLeast(0), "Weight of the contextual loss."),
    .number(
      "latent_weight", \.latentWeight, .atLeast(0), "Weight of the latent loss, in both networks' losses."),
    .number("learning_rate", \.learningRate, .above(0), "Adam's learning rate."),
    .number("beta1", \.beta1, NumberRange(0, 1, includesUpper: false), "Adam's decay of the first moment."),
    .number("beta2", \.beta2, NumberRange(0, 1, includesUpper: false), "Adam's decay of the second moment."),
    .integer(
      "batch_size", \.batchSize, 1...65536, "Training images in a batch; the last incomplete one is dropped."),
    .integer("epochs", \.epochs, 1...100_000, "Passes over the training normals."),
    .integer("constant_epochs", \.constantEpochs, 0...100_000, "Epochs with the whole learning rate."),
    .integer(
      "decay_epochs", \.decayEpochs, 0...100_000,
      "Epochs in which the learning rate then falls to zero along a line."),
    .number(
      "feature_weight", \.featureWeight, NumberRange(0, 1),
      "Share of the distance between discriminator features in a score; the rest is that of images."),
  ]
}
