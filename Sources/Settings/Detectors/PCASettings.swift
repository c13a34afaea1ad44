/// Hyperparameters of reconstruction from principal components.
public struct PCASettings: PixelDetectorRecord {
  public static let detectorName = "pca"

  public var preprocessing = Preprocessing.none
  /// The components explain more than this share of the training images' variance.
  public var variance = 0.95

  public init() {}

  public func scoreNames(_ evaluation: ProtocolSettings) -> [String] { ["squared-error"] }

  public var smallestTrainingSet: (count: Int, field: String) { (2, "") }

  public static let fields: [SettingField<PCASettings>] = [
    .preprocessing,
    .number(
      "variance", \.variance, NumberRange(0, 1, includesLower: false),
      "Share of the training variance that the components explain."),
  ]
}
