/// Hyperparameters of the isolation forest (Liu et al. 2008), with the paper's values.
public struct IsolationForestSettings: PixelDetectorRecord {
  public static let detectorName = "isolation-forest"

  public var preprocessing = Preprocessing.none
  /// Trees over which path lengths are averaged.
  public var trees = 100
  /// Training images sampled for each tree (all if there are fewer).
  public var samples = 256

  public init() {}

  public func scoreNames(_ evaluation: ProtocolSettings) -> [String] { ["isolation"] }

  public var smallestTrainingSet: (count: Int, field: String) { (2, "") }

  public static let fields: [SettingField<IsolationForestSettings>] = [
    .preprocessing,
    .integer("trees", \.trees, 1...10_000, "Trees over which path lengths are averaged."),
    .integer(
      "samples", \.samples, 2...65_536,
      "Training images sampled for each tree (all if there are fewer)."),
  ]
}
