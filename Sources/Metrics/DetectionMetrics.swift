import Diagnostics

/// The metrics of one evaluation of a detector on a labeled test set, computed from one sort.
///
/// Larger scores mean more anomalous, and anomalous is the positive class. Every metric is NaN, which result files
/// store for missing values, unless there is at least one sample of each kind.
public struct DetectionMetrics: Sendable, Equatable {
  /// See `RankedScores.areaUnderROC`.
  public let areaUnderROC: Double
  /// See `RankedScores.averagePrecision`.
  public let averagePrecision: Double
  /// See `RankedScores.equalErrorRate`.
  public let equalErrorRate: Double
  /// The false positive rate at the highest threshold that detects at least 95 % of the anomalous samples.
  public let falsePositiveRateAt95: Double

  /// Computes the metrics from scores that are already sorted.
  public init(_ ranked: RankedScores) {
    areaUnderROC = ranked.areaUnderROC
    averagePrecision = ranked.averagePrecision
    equalErrorRate = ranked.equalErrorRate
    falsePositiveRateAt95 = ranked.falsePositiveRate(atTruePositiveRate: 0.95)
  }

  /// Throws a `Problem` for a score that is not finite.
  /// - Precondition: as many labels as scores.
  public init(scores: [Double], isAnomalous: [Bool]) throws(Problem) {
    self.init(try RankedScores(scores: scores, isAnomalous: isAnomalous))
  }

  /// Throws a `Problem` for a score that is not finite.
  /// - Precondition: as many labels as scores.
  public init(scores: [Float], isAnomalous: [Bool]) throws(Problem) {
    self.init(try RankedScores(scores: scores, isAnomalous: isAnomalous))
  }
}
