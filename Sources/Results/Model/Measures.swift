/// The measures of one ranking of a test set.
public struct Measures: Sendable, Equatable, Codable {
  /// The area under the ROC curve.
  public var auroc: Double
  /// See `RankedScores.averagePrecision`.
  public var averagePrecision: Double
  /// See `RankedScores.equalErrorRate`.
  public var equalErrorRate: Double
  /// The false positive rate at which 95 % of the anomalies are found.
  public var falsePositiveRateAt95: Double

  public init(auroc: Double, averagePrecision: Double, equalErrorRate: Double, falsePositiveRateAt95: Double)
  {
    self.auroc = auroc
    self.averagePrecision = averagePrecision
    self.equalErrorRate = equalErrorRate
    self.falsePositiveRateAt95 = falsePositiveRateAt95
  }

  /// The measures of an epoch that was not evaluated: all NaN.
  public static let unevaluated = Measures(
    auroc: .nan, averagePrecision: .nan, equalErrorRate: .nan, falsePositiveRateAt95: .nan)

  /// Whether there is a value.
  public var isEvaluated: Bool { !auroc.isNaN }

  /// Every measure: its name in files, its title in tables, its key path, and whether higher is better.
  public static let all:
    [(
      name: String, title: String, path: WritableKeyPath<Measures, Double> & Sendable, isHigherBetter: Bool
    )] =
      [
        ("auroc", "AUROC", \.auroc, true),
        ("average_precision", "average precision", \.averagePrecision, true),
        ("equal_error_rate", "EER", \.equalErrorRate, false),
        ("fpr_at_95_tpr", "FPR at 95 % TPR", \.falsePositiveRateAt95, false),
      ]
}
