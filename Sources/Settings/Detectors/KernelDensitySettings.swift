import Foundation

/// Hyperparameters of kernel density estimation with a Gaussian kernel.
public struct KernelDensitySettings: ComponentDetectorRecord {
  public static let detectorName = "kde"

  public var preprocessing = Preprocessing.none
  public var principalShare = 0.0
  /// The kernel's standard deviation in every direction; 0 chooses the grid value with the highest cross-validated
  /// likelihood.
  public var bandwidth = 0.0
  /// The grid's smallest value.
  public var smallestBandwidth = 0.0625
  /// The grid's largest value.
  public var largestBandwidth = 32.0
  /// The number of grid values, in equal ratios.
  public var bandwidthCount = 19
  /// The number of training images used to choose the bandwidth, drawn with the run's seed.
  public var selectionImages = 2000
  /// Folds of the cross-validation.
  public var folds = 5

  public init() {}

  /// Whether the bandwidth is chosen by likelihood.
  public var choosesBandwidth: Bool { bandwidth == 0 }

  /// The candidate bandwidths, from the smallest to the largest in equal ratios. By default 2⁻⁴ to 2⁵ in steps of √2,
  /// whose upper part is the Deep SVDD paper's grid, 2^0.5 to 2⁵.
  public var bandwidthGrid: [Double] {
    guard bandwidthCount > 1 else { return [smallestBandwidth] }
    let ratio = largestBandwidth / smallestBandwidth
    return (0..<bandwidthCount).map {
      smallestBandwidth * pow(ratio, Double($0) / Double(bandwidthCount - 1))
    }
  }

  public func scoreNames(_ evaluation: ProtocolSettings) -> [String] { ["negative-log-density"] }

  public var smallestTrainingSet: (count: Int, field: String) {
    choosesBandwidth ? (max(2, folds), "folds") : (2, "")
  }

  private static let smallest = 1e-6
  private static let largest = 1e6
  private static let chosen = "only with `bandwidth: 0`"

  public static let fields: [SettingField<KernelDensitySettings>] = [
    .preprocessing,
    .principalShare,
    .number(
      "bandwidth", \.bandwidth, NumberRange(0, largest),
      "The kernel's standard deviation; 0: chosen from a grid by cross-validated likelihood."),
    .number(
      "smallest_bandwidth", \.smallestBandwidth, NumberRange(smallest, largest), "The grid's smallest value."
    )
    .applying(chosen) { $0.choosesBandwidth },
    .number(
      "largest_bandwidth", \.largestBandwidth, NumberRange(smallest, largest), "The grid's largest value."
    )
    .applying(chosen) { $0.choosesBandwidth },
    .integer("bandwidth_count", \.bandwidthCount, 1...1000, "Values of the grid, in equal ratios.")
      .applying(chosen) { $0.choosesBandwidth },
    .integer(
      "selection_images", \.selectionImages, 2...1_000_000,
      "Training images to choose the bandwidth on, sampled with the run's seed (all if there are fewer)."
    )
    .applying(chosen) { $0.choosesBandwidth },
    .integer("folds", \.folds, 2...100, "Parts of these, each of which is left out in turn.")
      .applying(chosen) { $0.choosesBandwidth },
  ]
}
