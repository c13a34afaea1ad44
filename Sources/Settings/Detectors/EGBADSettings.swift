/// Hyperparameters of EGBAD (Zenati et al. 2018, arXiv 1802.06222), with the defaults of the authors' code.
public struct EGBADSettings: NoiseTrainedRecord {
  public static let detectorName = "egbad"
  public static let fieldsWithoutCost: Set<String> = [
    "epochs", "learning_rate", "beta1", "beta2", "dropout", "moving_average", "feature_weight",
  ]

  /// Size of z and E(x).
  public var latentSize = 200
  /// Channels of the discriminator's convolutions; all other widths are multiples of it, as in the authors' code, where
  /// it is 64.
  public var width = 64
  public var learningRate = 1e-5
  public var beta1 = 0.5
  public var beta2 = 0.999
  public var batchSize = 100
  public var epochs = 100
  /// Dropout rate of the discriminator's activations.
  public var dropout = 0.5
  /// Decay of the moving average of the weights used for scoring.
  public var movingAverage = 0.999
  /// w: the weight of the feature distance in the score.
  public var featureWeight = 0.1

  public init() {}

  public static let fields: [SettingField<EGBADSettings>] = [
    .latentSize("Size of the latent vectors z and E(x)."),
    .width,
    .learningRate,
    .beta1,
    .beta2,
    .wholeBatches(of: 2),
    .epochs,
    .number(
      "dropout", \.dropout, NumberRange(0, 1, includesUpper: false),
      "Dropout rate of the discriminator's activations."),
    .movingAverage,
    .featureWeight,
  ]
}
