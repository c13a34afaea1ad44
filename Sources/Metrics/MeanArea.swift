import Diagnostics

/// One of several test sets that may have samples in common.
public struct SharedTestSet: Sendable {
  /// What identifies each sample across the test sets.
  public var samples: [Int]
  /// Each sample's score.
  public var scores: [Float]
  /// Whether each sample is anomalous here; elsewhere it may be normal.
  public var isAnomalous: [Bool]

  /// - Precondition: as many scores and labels as samples.
  public init(samples: [Int], scores: [Float], isAnomalous: [Bool]) {
    precondition(
      scores.count == samples.count && isAnomalous.count == samples.count,
      "\(scores.count) scores and \(isAnomalous.count) labels of \(samples.count) samples")
    self.samples = samples
    self.scores = scores
    self.isAnomalous = isAnomalous
  }
}

/// The standard error of the mean of several areas under the ROC curve from the choice of test samples; NaN unless
/// every test set has two samples of each kind.
///
/// A sample's influence on an area is its placement less the area, divided by √(m(m − 1)) for m samples of its kind; its
/// influences on the areas add up, and the variance is the sum of their squares over samples (infinitesimal
/// jackknife). For a single test set that is DeLong's variance.
///
/// - Throws: a `Problem` that names the first non-finite score.
public func standardErrorOfMeanArea(_ sets: [SharedTestSet]) throws(Problem) -> Double {
  var influences: [Int: Double] = [:]
  for set in sets {
    let placements = try Placements(scores: set.scores, isAnomalous: set.isAnomalous)
    let area = placements.areaUnderROC
    let (anomalies, normals) = (placements.anomalousCount, placements.normalCount)
    guard anomalies > 1, normals > 1 else { return .nan }
    func influence(_ placement: Int, of others: Int, among count: Int) -> Double {
      (Double(placement) / Double(2 * others) - area) / (Double(count) * Double(count - 1)).squareRoot()
    }
    var (ofAnomalous, ofNormal) = (placements.ofAnomalous.makeIterator(), placements.ofNormal.makeIterator())
    for (sample, isAnomalous) in zip(set.samples, set.isAnomalous) {
      let placement = isAnomalous ? ofAnomalous.next() : ofNormal.next()
      influences[sample, default: 0] +=
        isAnomalous
        ? influence(placement ?? 0, of: normals, among: anomalies)
        : influence(placement ?? 0, of: anomalies, among: normals)
    }
  }
  // Added up by sample: a dictionary has no order of its own, and the sum's last bits depend on it.
  let sum = influences.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value * $1.value }
  return sum.squareRoot() / Double(sets.count)
}
