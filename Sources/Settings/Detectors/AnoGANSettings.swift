/// Hyperparameters of AnoGAN (Schlegl et al. 2017, arXiv 1703.05921), with the defaults of the implementation that
/// the authors of EGBAD compare with.
public struct AnoGANSettings: EpochTrainedRecord {
  public static let detectorName = "anogan"
  public static let fieldsWithoutCost: Set<String> = [
    "epochs", "learning_rate", "beta1", "beta2", "moving_average", "feature_weight",
  ]
  /// A score takes `steps` passes back and forth through both networks.
  public static let isReadEveryEpoch = false

  /// Size of z.
  public var latentSize = 200
  /// Channels of the discriminator's convolutions; all other widths are multiples of it, as the original's of 64.
  public var width = 64
  public var learningRate = 1e-5
  public var beta1 = 0.5
  public var beta2 = 0.999
  public var batchSize = 100
  public var epochs = 100
  /// Decay of the moving average of the weights that score.
  public var movingAverage = 0.999
  /// Adam's steps on z for each image.
  public var steps = 500
  /// λ: the share of the features' distance in a score.
  public var featureWeight = 0.1

  public init() {}

  public func scoreNames(_ evaluation: ProtocolSettings) -> [String] { AdversarialScores.names }

  public var smallestTrainingSet: (count: Int, field: String) { (batchSize, "batch_size") }

  public var imagesPerStep: Int? { batchSize }

  public var withoutTraining: AnoGANSettings {
    var settings = self
    settings.batchSize = 1
    return settings
  }

  public static let fields: [SettingField<AnoGANSettings>] = [
    .integer("latent_size", \.latentSize, 1...4096, "Size of the latent vector z."),
    .integer(
      "width", \.width, 1...1024,
      "Channels of the discriminator's convolutions; the other layers' widths are multiples of it."),
    .number("learning_rate", \.learningRate, .above(0), "Adam's learning rate in training."),
    .number("beta1", \.beta1, NumberRange(0, 1, includesUpper: false), "Adam's decay of the first moment."),
    .number("beta2", \.beta2, NumberRange(0, 1, includesUpper: false), "Adam's decay of the second moment."),
    .integer(
      "batch_size", \.batchSize, 2...65536, "Training images in a batch; the last incomplete one is dropped."),
    .integer("epochs", \.epochs, 1...100_000, "Passes over the training normals."),
    .number(
      "moving_average", \.movingAverage, NumberRange(0, 1, includesUpper: false),
      "Decay of the moving average of the weights that score; 0 scores with the weights themselves."),
    .integer(
      "steps", \.steps, 1...1_000_000,
      "Adam's steps on z for each image: 200 with a rate of .01, 100 with .001, the others with .0005."),
    .number(
      "feature_weight", \.featureWeight, NumberRange(0, 1),
      "Share of the distance between discriminator features in a score; the rest is that of images."),
  ]
}
