/// The threshold of a verdict, from the scores of normals that did not train: an image that scores above it is called
/// anomalous.
///
/// It is the k-th smallest of n scores, k being the smallest rank for which a new normal scores above it with a
/// probability of at most the declared rate: (n + 1 − k)/(n + 1) if scores are continuous, less with ties (the order
/// statistics behind tolerance limits: Wilks 1941, and behind conformal prediction: Vovk et al. 2005).
public struct FalseAlarmThreshold: Sendable, Equatable {
  /// The declared rate of false alarms.
  public let rate: Double
  /// Normals that it was calibrated on.
  public let normals: Int
  /// k, from 1.
  public let rank: Int
  /// The k-th smallest score.
  public let value: Float

  /// - Parameters:
  ///   - sorted: scores of normals, ascending.
  ///   - rate: within 0 and 1.
  /// - Returns: nil where fewer than `fewestNormals(rate:)` are given: then no score is high enough.
  public init?(sorted: [Float], rate: Double) {
    precondition(rate > 0 && rate < 1, "a rate of \(rate)")
    let above = Self.alarms(of: sorted.count, rate: rate)
    guard above > 0 else { return nil }
    self.rate = rate
    normals = sorted.count
    rank = sorted.count + 1 - above
    value = sorted[rank - 1]
  }

  /// The fewest normals that a rate can be calibrated on: 19 for 5 %; at most 10¹⁵, however small the rate.
  public static func fewestNormals(rate: Double) -> Int {
    max(1, Int(min(((1 - tolerance) / rate).rounded(.up) - 1, 1e15)))
  }

  /// n + 1 − k: the most of n + 1 normals, the new one among them, that may score at least as high as the threshold.
  private static func alarms(of normals: Int, rate: Double) -> Int {
    min(normals, Int((Double(normals + 1) * rate + tolerance).rounded(.down)))
  }

  /// 20 · 0.05 alarms are one, although the product of two floating-point numbers may fall short of it.
  private static let tolerance = 1e-9

  /// The interval in which the rate of false alarms lies with a probability of 95 %, over the choice of the normals:
  /// the rate is distributed as Beta(n + 1 − k, k) if scores are continuous.
  public var interval: ClosedRange<Double> {
    let distribution = BetaDistribution(Double(normals + 1 - rank), Double(rank))
    return distribution.quantile(0.025)...distribution.quantile(0.975)
  }
}

/// The share of normals that score lower, from 0 to 100.
///
/// - Parameter sorted: scores of normals, ascending; one or more.
public func percentile(of score: Float, among sorted: [Float]) -> Double {
  precondition(!sorted.isEmpty, "no normals to compare with")
  var (lower, upper) = (0, sorted.count)
  while lower < upper {
    let middle = (lower + upper) / 2
    if sorted[middle] < score { lower = middle + 1 } else { upper = middle }
  }
  return 100 * Double(lower) / Double(sorted.count)
}
