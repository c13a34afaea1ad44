/// Score names of detectors whose score is a weighted sum of two distances between an image and its reconstruction: of
/// their pixels and of the discriminator's features.
public enum AdversarialScores {
  /// The weighted sum, which is the headline.
  public static let combined = "combined"
  /// The distance between the images alone.
  public static let reconstruction = "reconstruction"
  /// The distance between the features alone.
  public static let feature = "feature"

  /// All of them, the headline first.
  public static let names = [combined, reconstruction, feature]
}

/// Hyperparameters of a detector that trains two networks against each other on full batches.
public protocol AdversarialRecord: AdamRecord {}

extension AdversarialRecord {
  public var smallestTrainingSet: (count: Int, field: String) { (batchSize, "batch_size") }
}

/// Hyperparameters of an adversarially trained detector with the scores of `AdversarialScores`.
public protocol CombinedScoresRecord: AdversarialRecord {
  /// The weight of the feature distance in the score, in [0, 1].
  var featureWeight: Double { get set }
}

extension CombinedScoresRecord {
  public func scoreNames(_ evaluation: ProtocolSettings) -> [String] { AdversarialScores.names }
}

extension SettingField where Record: CombinedScoresRecord {
  static var featureWeight: Self {
    .number(
      "feature_weight", \.featureWeight, NumberRange(0, 1),
      "Share of the distance between discriminator features in a score; the rest is that of images.")
  }
}

/// Hyperparameters of a detector whose generator maps noise to images, and which scores with moving averages of its
/// weights: AnoGAN and EGBAD.
public protocol NoiseTrainedRecord: CombinedScoresRecord {
  /// Size of z.
  var latentSize: Int { get set }
  /// Channels of the discriminator's convolutions; all other widths are multiples of it, as in the originals, where it
  /// is 64.
  var width: Int { get set }
  /// Decay of the moving average of the weights used for scoring.
  var movingAverage: Double { get set }
}

extension SettingField where Record: NoiseTrainedRecord {
  static func latentSize(_ summary: String) -> Self {
    .integer("latent_size", \.latentSize, 1...4096, summary)
  }

  static var width: Self {
    .integer(
      "width", \.width, 1...1024,
      "Channels of the discriminator's convolutions; the other layers' widths are multiples of it.")
  }

  static var movingAverage: Self {
    .number(
      "moving_average", \.movingAverage, NumberRange(0, 1, includesUpper: false),
      "Decay of the moving average of weights used for scoring; 0: the weights themselves.")
  }
}

/// Hyperparameters of a detector whose generator reconstructs images: GANomaly and Skip-GANomaly.
public protocol RebuildingRecord: AdversarialRecord {
  /// Weight of BCE(D(x̂), 1), or of the feature distance, in the generator's loss.
  var adversarialWeight: Double { get set }
  /// Weight of |x − x̂| in the generator's loss.
  var contextualWeight: Double { get set }
}

extension SettingField where Record: RebuildingRecord {
  static var adversarialWeight: Self {
    .number("adversarial_weight", \.adversarialWeight, .atLeast(0), "Weight of the adversarial loss.")
  }

  static var contextualWeight: Self {
    .number("contextual_weight", \.contextualWeight, .atLeast(0), "Weight of the contextual loss.")
  }
}
