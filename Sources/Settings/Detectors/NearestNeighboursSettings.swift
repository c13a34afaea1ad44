/// Hyperparameters of the distance to the nearest training images.
public struct NearestNeighboursSettings: PixelDetectorRecord {
  public static let detectorName = "knn"

  public var preprocessing = Preprocessing.none
  /// Training images over which the distance is averaged.
  public var neighbours = 5

  public init() {}

  public func scoreNames(_ evaluation: ProtocolSettings) -> [String] { ["distance"] }

  public var smallestTrainingSet: (count: Int, field: String) { (neighbours, "neighbours") }

  public static let fields: [SettingField<NearestNeighboursSettings>] = [
    .preprocessing,
    .integer(
      "neighbours", \.neighbours, 1...1000, "Nearest training images over which the distance is averaged."),
  ]
}
