/// All metrics are NaN unless there is at least one normal and one anomalous sample.
extension RankedScores {
  /// The area under the ROC curve: the probability that a random anomalous sample scores above a random normal one,
  /// with ties counting half (the Mann-Whitney statistic with midranks).
  ///
  /// Pairs are counted in integers and divided once, so the result is correctly rounded as long as twice the number of
  /// pairs is below 2⁵³.
  public var areaUnderROC: Double {
    guard hasBothKinds else { return .nan }
    var twiceWonPairs = 0
    var above = (falsePositives: 0, truePositives: 0)
    for (falsePositives, truePositives) in zip(falsePositives, truePositives) {
      let tiedNormals = falsePositives - above.falsePositives
      let normalsBelow = normalCount - falsePositives
      twiceWonPairs += (truePositives - above.truePositives) * (2 * normalsBelow + tiedNormals)
      above = (falsePositives, truePositives)
    }
    return Double(twiceWonPairs) / Double(2 * normalCount * anomalousCount)
  }

  /// Average precision: Σ (Rₙ − Rₙ₋₁) Pₙ over descending thresholds, as scikit-learn's `average_precision_score`
  /// defines it; anomalous is the positive class.
  public var averagePrecision: Double {
    guard hasBothKinds else { return .nan }
    var sum = 0.0
    var truePositivesAbove = 0
    for (falsePositives, truePositives) in zip(falsePositives, truePositives) {
      let precision = Double(truePositives) / Double(truePositives + falsePositives)
      sum += Double(truePositives - truePositivesAbove) * precision
      truePositivesAbove = truePositives
    }
    return sum / Double(anomalousCount)
  }

  /// The equal error rate: the false positive rate x at which the piecewise linear ROC curve meets 1 − x.
  ///
  /// The original (GANomaly's `lib/evaluate.py`) finds the same root numerically. Here the crossing segment is found in
  /// integers and intersected, so the two agree to the search's tolerance of 2·10⁻¹².
  public var equalErrorRate: Double {
    guard hasBothKinds else { return .nan }
    let pairs = normalCount * anomalousCount
    // (1 − FPR − TPR) · pairs falls from `pairs` at the origin to `−pairs` at the end.
    var before = (falsePositives: 0, excess: pairs)
    for (falsePositives, truePositives) in zip(falsePositives, truePositives) {
      let excess = pairs - falsePositives * anomalousCount - truePositives * normalCount
      if excess <= 0 {
        let share = Double(before.excess) / Double(before.excess - excess)
        let crossing =
          Double(before.falsePositives) + Double(falsePositives - before.falsePositives) * share
        return crossing / Double(normalCount)
      }
      before = (falsePositives, excess)
    }
    preconditionFailure("a ROC curve of \(thresholds.count) thresholds does not end at (1, 1)")
  }

  /// The smallest false positive rate among the curve's points with a true positive rate of at least `rate`. Points are
  /// not interpolated, since only they correspond to a threshold.
  ///
  /// - Precondition: `rate` is in 0…1.
  public func falsePositiveRate(atTruePositiveRate rate: Double) -> Double {
    precondition((0...1).contains(rate), "a true positive rate of \(rate) is not in 0…1")
    guard hasBothKinds else { return .nan }
    if rate == 0 { return 0 }
    let first = truePositives.firstIndex { Double($0) / Double(anomalousCount) >= rate }
    return Double(falsePositives[first!]) / Double(normalCount)
  }

  private var hasBothKinds: Bool { normalCount > 0 && anomalousCount > 0 }
}
