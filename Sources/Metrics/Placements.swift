import Diagnostics

/// How each sample ranks against all samples of the other kind: the placement values, or structural components, of
/// DeLong, DeLong and Clarke-Pearson (1988), computed with one sort as by Sun and Xu (*Fast implementation of DeLong's
/// algorithm*, IEEE Signal Processing Letters 21, 2014).
///
/// They are stored as twice the number of pairs won, with a tie counting one: integers, so that nothing is rounded
/// before the variances are computed, and equal rankings have differences of exactly 0.
public struct Placements: Sendable, Equatable {
  /// For each anomalous sample, in the order given: twice the number of normal samples that score below it, plus the
  /// number that tie with it: X₁₀ · 2n.
  public let ofAnomalous: [Int]
  /// For each normal sample, in the order given: the same for the anomalous samples that score above it: X₀₁ · 2m.
  public let ofNormal: [Int]

  /// The number of normal samples, n.
  public var normalCount: Int { ofNormal.count }
  /// The number of anomalous samples, m.
  public var anomalousCount: Int { ofAnomalous.count }

  /// Sorts in O(n log n).
  ///
  /// Throws a `Problem` that names the first non-finite score.
  /// - Precondition: as many labels as scores.
  public init(scores: [Float], isAnomalous: [Bool]) throws(Problem) {
    try self.init(scores: scores.map(Double.init), isAnomalous: isAnomalous)
  }

  /// The same for `Double` scores.
  public init(scores: [Double], isAnomalous: [Bool]) throws(Problem) {
    precondition(
      scores.count == isAnomalous.count, "\(scores.count) scores but \(isAnomalous.count) labels")
    try requireFinite(scores)
    let ranking = scores.indices.sorted { scores[$0] < scores[$1] }
    let anomalies = isAnomalous.count { $0 }
    var placement = [Int](repeating: 0, count: scores.count)
    var below = (normals: 0, anomalies: 0)
    var start = 0
    while start < ranking.count {
      var end = start
      var tied = (normals: 0, anomalies: 0)
      while end < ranking.count, scores[ranking[end]] == scores[ranking[start]] {
        if isAnomalous[ranking[end]] { tied.anomalies += 1 } else { tied.normals += 1 }
        end += 1
      }
      let ofAnomalous = 2 * below.normals + tied.normals
      let ofNormal = 2 * (anomalies - below.anomalies - tied.anomalies) + tied.anomalies
      for sample in ranking[start..<end] { placement[sample] = isAnomalous[sample] ? ofAnomalous : ofNormal }
      below = (below.normals + tied.normals, below.anomalies + tied.anomalies)
      start = end
    }
    ofAnomalous = scores.indices.filter { isAnomalous[$0] }.map { placement[$0] }
    ofNormal = scores.indices.filter { !isAnomalous[$0] }.map { placement[$0] }
  }

  /// The area under the ROC curve, as `RankedScores.areaUnderROC` counts it; NaN unless there are samples of both
  /// kinds.
  public var areaUnderROC: Double {
    guard normalCount > 0, anomalousCount > 0 else { return .nan }
    return Double(ofAnomalous.reduce(0, +)) / Double(2 * normalCount * anomalousCount)
  }
}

/// Throws a `Problem` that names the first non-finite score: a detector that outputs one has diverged, and it has no
/// meaningful place in a ranking.
func requireFinite(_ scores: [Double]) throws(Problem) {
  guard let index = scores.firstIndex(where: { !$0.isFinite }) else { return }
  throw Problem(
    .runFailed, "the score of test sample \(index) (of \(scores.count)) is \(scores[index])",
    hint: "the detector diverged; a smaller learning rate may help")
}
