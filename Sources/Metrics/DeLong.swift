/// An area under the ROC curve, or the difference of two, with its standard error by DeLong, DeLong and Clarke-Pearson
/// 1988: what the choice of test samples leaves open, the trained detectors being as they are.
///
/// With X₁₀ the share of normal samples that an anomalous sample outscores, and X₀₁ the share of anomalous samples that
/// outscore a normal one, the variance is s²(X₁₀)/m + s²(X₀₁)/n, for m anomalous and n normal samples. For the
/// difference of two detectors on the same samples the Xs are the differences of theirs, so that the covariance is in
/// it.
public struct DeLong: Sendable, Equatable {
  /// The area, or the first detector's area less the second's; NaN unless there are samples of both kinds.
  public let value: Double
  /// NaN with fewer than two samples of either kind, which tell nothing of a spread.
  public let standardError: Double

  /// The area of one detector.
  public init(_ placements: Placements) {
    self.init(
      value: placements.areaUnderROC, ofAnomalous: placements.ofAnomalous, ofNormal: placements.ofNormal)
  }

  /// The difference of two detectors' areas.
  ///
  /// - Precondition: both are of the same samples in the same order.
  public init(_ first: Placements, minus second: Placements) {
    precondition(
      first.normalCount == second.normalCount && first.anomalousCount == second.anomalousCount,
      "\(first.normalCount) normal and \(first.anomalousCount) anomalous samples, but \(second.normalCount) "
        + "and \(second.anomalousCount)")
    // From one integer, so that equal areas have a difference of exactly 0.
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

  /// The value over its standard error; of a difference, the statistic of the test that the areas are equal.
  ///
  /// Without any spread it is 0 for a value of 0 (two rankings that agree), and else infinite, its limit (a perfect
  /// ranking against its reversal).
  public var z: Double { value == 0 && standardError == 0 ? 0 : value / standardError }

  /// How likely a standard normal number lies as far from 0 as `z`, on either side. Accurate to the last digits for
  /// any z, since it is not taken as a difference from 1.
  public var twoSidedP: Double { normalTwoSidedP(z) }

  /// value ± 1.96 standard errors: a 95 % interval by the normal approximation, which may reach beyond what an area
  /// can be.
  public var interval95: Interval {
    Interval(value - normalQuantile975 * standardError, value + normalQuantile975 * standardError)
  }
}

/// From a lower to an upper bound; both NaN where there is none.
public struct Interval: Sendable, Equatable {
  public var lower: Double
  public var upper: Double

  public init(_ lower: Double, _ upper: Double) {
    self.lower = lower
    self.upper = upper
  }
}

/// The sample variance (divisor count − 1) of integers; NaN for fewer than two.
///
/// They are taken from the integer that is nearest to their mean, which leaves nothing to cancel: of equal integers it
/// is exactly 0.
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
