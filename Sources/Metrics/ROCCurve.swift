/// The ROC curve: the false and true positive rates at every threshold, from (0, 0) to (1, 1).
///
/// The first point is that of a threshold of +∞ (nothing counts as anomalous); the others are those of the distinct
/// scores, descending. The values are those of scikit-learn's `roc_curve`.
public struct ROCCurve: Sendable, Equatable {
  /// All NaN if there is no normal sample.
  public let falsePositiveRates: [Double]
  /// All NaN if there is no anomalous sample.
  public let truePositiveRates: [Double]

  /// - Parameter droppingIntermediate: whether to drop points between two neighbors at equal steps on a straight line,
  ///   as scikit-learn's `drop_intermediate` does by default; the drawn curve stays the same.
  public init(_ ranked: RankedScores, droppingIntermediate: Bool = false) {
    let kept = ranked.thresholds.indices.filter { !droppingIntermediate || ranked.turns(at: $0) }
    let normals = Double(ranked.normalCount)
    let anomalies = Double(ranked.anomalousCount)
    // 0 / 0 gives the documented NaN.
    falsePositiveRates = [0 / normals] + kept.map { Double(ranked.falsePositives[$0]) / normals }
    truePositiveRates = [0 / anomalies] + kept.map { Double(ranked.truePositives[$0]) / anomalies }
  }
}

extension RankedScores {
  /// Whether either count has a nonzero second difference at `index`; the ends always do.
  fileprivate func turns(at index: Int) -> Bool {
    guard index > 0, index + 1 < thresholds.count else { return true }
    func secondDifference(_ counts: [Int]) -> Int {
      counts[index - 1] - 2 * counts[index] + counts[index + 1]
    }
    return secondDifference(falsePositives) != 0 || secondDifference(truePositives) != 0
  }
}
