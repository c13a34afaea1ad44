/// Hyperparameters of a Gaussian in the space of principal components.
public struct MahalanobisSettings: PixelDetectorRecord {
  public static let detectorName = "mahalanobis"

  public var preprocessing = Preprocessing.none
  /// The components explain more than this share of the training images' variance.
  public var variance = 0.95

  public init() {}

  public func scoreNames(_ evaluation: ProtocolSettings) -> [String] { ["squared-distance"] }

  public var smallestTrainingSet: (count: Int, field: String) { (2, "") }

  public static let fields: [SettingField<MahalanobisSettings>] = [
    .preprocessing,
    .number(
      "variance", \.variance, NumberRange(0, 1, includesLower: false),
      "Share of the training variance that the components explain."),
  ]
}
