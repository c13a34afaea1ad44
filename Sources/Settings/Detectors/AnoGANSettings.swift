/// Hyperparameters of AnoGAN (Schlegl et al. 2017, arXiv 1703.05921), with the defaults of the implementation that
/// EGBAD's authors compare with.
public struct AnoGANSettings: NoiseTrainedRecord {
  public static let detectorName = "anogan"
  public static let fieldsWithoutCost: Set<String> = [
    "epochs", "learning_rate", "beta1", "beta2", "moving_average", "feature_weight",
  ]
  /// A score takes `steps` forward and backward passes through both networks.
  public static let isReadEveryEpoch = false

  /// Size of z.
  public var latentSize = 200
  /// Channels of the discriminator's convolutions; all other widths are multiples of it, as in the original, where it
  /// is 64.
  public var width = 64
  public var learningRate = 1e-5
  public var beta1 = 0.5
  public var beta2 = 0.999
  public var batchSize = 100
  public var epochs = 100
  /// Decay of the moving average of the weights used for scoring.
  public var movingAverage = 0.999
  /// Adam steps on z for each image.
  public var steps = 500
  /// λ: the weight of the feature distance in the score.
  public var featureWeight = 0.1

  public init() {}

  public static let fields: [SettingField<AnoGANSettings>] = [
    .latentSize("Size of the latent vector z."),
    .width,
    .learningRate("Adam's learning rate in training."),
    .beta1,
    .beta2,
    .wholeBatches(of: 2),
    .epochs,
    .movingAverage,
    .integer(
      "steps", \.steps, 1...1_000_000,
      "Adam's steps on z for each image: 200 with a rate of .01, 100 with .001, the others with .0005."),
    .featureWeight,
  ]
}
