/// Hyperparameters of the distance to the nearest training images.
public struct NearestNeighborsSettings: PixelDetectorRecord {
  public static let detectorName = "knn"

  public var preprocessing = Preprocessing.none
  /// The number of training images over which the distance is averaged.
  public var neighbors = 5

  public init() {}

  public func scoreNames(_ evaluation: ProtocolSettings) -> [String] { ["distance"] }

  public var smallestTrainingSet: (count: Int, field: String) { (neighbors, "neighbours") }

  public static let fields: [SettingField<NearestNeighborsSettings>] = [
    .preprocessing,
    .integer(
      "neighbours", \.neighbors, 1...1000, "Nearest training images over which the distance is averaged."),
  ]
}
