/// Hyperparameters of EGBAD (Zenati et al. 2018, arXiv 1802.06222), with the defaults of the authors' code.
public struct EGBADSettings: EpochTrainedRecord {
  public static let detectorName = "egbad"
  public static let fieldsWithoutCost: Set<String> = [
    "epochs", "learning_rate", "beta1", "beta2", "dropout", "moving_average", "feature_weight",
  ]

  /// Size of z and E(x).
  public var latentSize = 200
  /// Channels of the discriminator's convolutions; all other widths are multiples of it, as the authors' are of 64.
  public var width = 64
  public var learningRate = 1e-5
  public var beta1 = 0.5
  public var beta2 = 0.999
  public var batchSize = 100
  public var epochs = 100
  /// Share of the discriminator's activations that training drops.
  public var dropout = 0.5
  /// Decay of the moving average of the weights that score.
  public var movingAverage = 0.999
  /// w: the share of the features' distance in a score.
  public var featureWeight = 0.1

  public init() {}

  public func scoreNames(_ evaluation: ProtocolSettings) -> [String] { AdversarialScores.names }

  public var smallestTrainingSet: (count: Int, field: String) { (batchSize, "batch_size") }

  public var imagesPerStep: Int? { batchSize }

  public var withoutTraining: EGBADSettings {
    var settings = self
    settings.batchSize = 1
    return settings
  }

  public static let fields: [SettingField<EGBADSettings>] = [
    .integer("latent_size", \.latentSize, 1...4096, "Size of the latent vectors z and E(x)."),
    .integer(
      "width", \.width, 1...1024,
      "Channels of the discriminator's convolutions; the other layers' widths are multiples of it."),
    .number("learning_rate", \.learningRate, .above(0), "Adam's learning rate."),
    .number("beta1", \.beta1, NumberRange(0, 1, includesUpper: false), "Adam's decay of the first moment."),
    .number("beta2", \.beta2, NumberRange(0, 1, includesUpper: false), "Adam's decay of the second moment."),
    .integer(
      "batch_size", \.batchSize, 2...65536, "Training images in a batch; the last incomplete one is dropped."),
    .integer("epochs", \.epochs, 1...100_000, "Passes over the training normals."),
    .number(
      "dropout", \.dropout, NumberRange(0, 1, includesUpper: false),
      "Share of the discriminator's activations that training drops."),
    .number(
      "moving_average", \.movingAverage, NumberRange(0, 1, includesUpper: false),
      "Decay of the moving average of the weights that score; 0 scores with the weights themselves."),
    .number(
      "feature_weight", \.featureWeight, NumberRange(0, 1),
      "Share of the distance between discriminator features in a score; the rest is that of images."),
  ]
}
