import Diagnostics

/// Anomaly scores sorted once, reduced to the counts that every ranking metric needs: for each distinct score, how many
/// normal and how many anomalous samples score at least as high.
///
/// A sample counts as anomalous when its score is at or above a threshold. Equal scores share one entry, so no metric
/// depends on the order of the samples.
public struct RankedScores: Sendable, Equatable {
  /// The distinct scores, descending.
  public let thresholds: [Double]
  /// For each threshold, the number of normal samples at or above it; never decreasing.
  public let falsePositives: [Int]
  /// For each threshold, the number of anomalous samples at or above it; never decreasing.
  public let truePositives: [Int]

  /// The total number of normal samples.
  public var normalCount: Int { falsePositives.last ?? 0 }
  /// The total number of anomalous samples.
  public var anomalousCount: Int { truePositives.last ?? 0 }

  /// Sorts in O(n log n).
  ///
  /// Throws a `Problem` that names the first non-finite score: a detector that outputs one has diverged, and it has no
  /// meaningful place in a ranking.
  /// - Precondition: as many labels as scores.
  public init(scores: [Double], isAnomalous: [Bool]) throws(Problem) {
    precondition(
      scores.count == isAnomalous.count, "\(scores.count) scores but \(isAnomalous.count) labels")
    try requireFinite(scores)
    var samples = zip(scores, isAnomalous).map { (score: $0, isAnomalous: $1) }
    samples.sort { $0.score > $1.score }

    var thresholds: [Double] = []
    var falsePositives: [Int] = []
    var truePositives: [Int] = []
    var normals = 0
    var anomalies = 0
    for (index, sample) in samples.enumerated() {
      if sample.isAnomalous { anomalies += 1 } else { normals += 1 }
      let isLastOfItsScore = index + 1 == samples.count || samples[index + 1].score != sample.score
      guard isLastOfItsScore else { continue }
      thresholds.append(sample.score)
      falsePositives.append(normals)
      truePositives.append(anomalies)
    }
    self.thresholds = thresholds
    self.falsePositives = falsePositives
    self.truePositives = truePositives
  }

  /// The same for `Float` scores, which widen to `Double` exactly.
  public init(scores: [Float], isAnomalous: [Bool]) throws(Problem) {
    try self.init(scores: scores.map(Double.init), isAnomalous: isAnomalous)
  }
}
