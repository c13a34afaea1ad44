/// Raw pixel statistics, computed from the bytes without preprocessing; there is nothing to set.
public struct PixelStatisticsSettings: DetectorRecord {
  public static let detectorName = "pixel-statistics"

  public init() {}

  public func scoreNames(_ evaluation: ProtocolSettings) -> [String] {
    ["mean-intensity", "total-variation"]
  }

  public var smallestTrainingSet: (count: Int, field: String) { (2, "") }

  public static let fields: [SettingField<PixelStatisticsSettings>] = []
}
