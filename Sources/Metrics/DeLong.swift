/// An area under the ROC curve, or the difference of two, with the standard error of DeLong, DeLong and Clarke-Pearson
/// (1988): the uncertainty from the choice of test samples, for fixed trained detectors.
///
/// Let X₁₀ be the share of normal samples that an anomalous sample outscores, and X₀₁ the share of anomalous samples
/// that outscore a normal one. The variance is s²(X₁₀)/m + s²(X₀₁)/n, for m anomalous and n normal samples. For the
/// difference of two detectors on the same samples, the Xs are differences too, which accounts for the covariance.
public struct DeLong: Sendable, Equatable {
  /// The area, or the first detector's area minus the second's; NaN unless there are samples of both kinds.
  public let value: Double
  /// NaN with fewer than two samples of either kind, which give no variance.
  public let standardError: Double

  /// The area of one detector.
  public init(_ placements: Placements) {
    self.init(
      value: placements.areaUnderROC, ofAnomalous: placements.ofAnomalous, ofNormal: placements.ofNormal)
  }

  /// The difference of two detectors' areas.
  ///
  /// - Precondition: both are for the same samples in the same order.
  public init(_ first: Placements, minus second: Placements) {
    precondition(
      first.normalCount == second.normalCount && first.anomalousCount == second.anomalousCount,
      "\(first.normalCount) normal and \(first.anomalousCount) anomalous samples, but \(second.normalCount) "
        + "and \(second.anomalousCount)")
    // Computed from one integer, so that equal areas differ by exactly 0.
    let ofAnomalous = zip(first.ofAnomalous, second.ofAnomalous).map { $0 - $1 }
    let pairs = first.normalCount * first.anomalousCount
    self.init(
      value: pairs > 0 ? Double(ofAnomalous.reduce(0, +)) / Double(2 * pairs) : .nan,
      ofAnomalous: ofAnomalous, ofNormal: zip(first.ofNormal, second.ofNormal).map { $0 - $1 })
  }

  private init(value: Double, ofAnomalous: [Int], ofNormal: [Int]) {
    let (m, n) = (Double(ofAnomalous.count), Double(ofNormal.count))
    self.value = value
    standardError =
      (sampleVariance(ofAnomalous) / (4 * n * n * m) + sampleVariance(ofNormal) / (4 * m * m * n))
      .squareRoot()
  }

  /// The value divided by its standard error; for a difference, the test statistic for equal areas.
  ///
  /// Without any spread, it is 0 for a value of 0 (two rankings that agree), otherwise infinite, its limit (a perfect
  /// ranking against its reversal).
  public var z: Double { value == 0 && standardError == 0 ? 0 : value / standardError }

  /// The probability that a standard normal variable is at least as far from 0 as `z`, on either side. Accurate to the
  /// last digits for any z, since it is not computed as a difference from 1.
  public var twoSidedP: Double { normalTwoSidedP(z) }

  /// value ± 1.96 standard errors: a 95 % interval by the normal approximation; it may exceed the range of possible
  /// values.
  public var interval95: Interval {
    Interval(value - normalQuantile975 * standardError, value + normalQuantile975 * standardError)
  }
}

/// An interval from a lower to an upper bound; both are NaN if undefined.
public struct Interval: Sendable, Equatable {
  /// The lower bound.
  public var lower: Double
  /// The upper bound.
  public var upper: Double

  /// The interval from `lower` to `upper`.
  public init(_ lower: Double, _ upper: Double) {
    self.lower = lower
    self.upper = upper
  }
}

/// The sample variance (divisor count − 1) of integers; NaN for fewer than two.
///
/// Deviations are taken from the integer closest to the mean, which avoids cancellation: for equal integers it is
/// exactly 0.
private func sampleVariance(_ values: [Int]) -> Double {
  guard values.count > 1 else { return .nan }
  let count = Double(values.count)
  let center = Int((Double(values.reduce(0, +)) / count).rounded())
  var sum = 0.0
  var squares = 0.0
  for value in values {
    let deviation = Double(value - center)
    sum += deviation
    squares += deviation * deviation
  }
  return (squares - sum * sum / count) / (count - 1)
}
