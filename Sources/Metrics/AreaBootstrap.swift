import Diagnostics
import Randomness

/// Bootstrapped areas under the ROC curve: a labeled test set is resampled with replacement, normal and anomalous
/// samples separately and in their original numbers, with the same draws for every detector.
///
/// Unlike `DeLong`, this assumes nothing about the areas' distribution; like it, it treats the trained detectors as
/// fixed, so only the test samples vary.
public struct AreaBootstrap: Sendable, Equatable {
  /// The area of each detector in each replicate.
  public let areas: [[Double]]

  /// Draws `replicates` resamples.
  ///
  /// Costs one random number per sample and replicate, and one pass over the samples per detector and replicate.
  ///
  /// - Parameters:
  ///   - scores: each detector's scores, for the same samples in the same order.
  ///   - seed: the same seed gives the same areas.
  /// - Throws: a `Problem` that names the first non-finite score.
  /// - Precondition: at least one replicate and one sample of each kind, and for each detector as many scores as
  ///   labels.
  public init(scores: [[Float]], isAnomalous: [Bool], replicates: Int, seed: UInt64) throws(Problem) {
    precondition(replicates > 0, "\(replicates) replicates")
    precondition(
      isAnomalous.contains(true) && isAnomalous.contains(false), "samples of one kind alone have no area")
    var rankings: [Ranking] = []
    for scores in scores { rankings.append(try Ranking(scores, isAnomalous)) }
    let kinds = [false, true].map { kind in isAnomalous.indices.filter { isAnomalous[$0] == kind } }
    var stream = RandomStream(seed: seed, name: "bootstrap of areas")
    var times = [Int32](repeating: 0, count: isAnomalous.count)
    var areas = [[Double]](repeating: [], count: rankings.count)
    for _ in 0..<replicates {
      for sample in times.indices { times[sample] = 0 }
      for kind in kinds {
        for _ in kind.indices { times[kind[stream.nextIndex(below: kind.count)]] += 1 }
      }
      for (detector, ranking) in rankings.enumerated() { areas[detector].append(ranking.area(times)) }
    }
    self.areas = areas
  }

  /// The 95 % interval of one detector's area: the 2.5 % and 97.5 % quantiles.
  public func interval95(_ detector: Int) -> Interval { percentileInterval95(areas[detector]) }

  /// The 95 % interval of the difference of two detectors' areas.
  public func interval95(_ first: Int, minus second: Int) -> Interval {
    percentileInterval95(zip(areas[first], areas[second]).map { $0 - $1 })
  }
}

/// The 2.5 % and 97.5 % quantiles.
func percentileInterval95(_ values: [Double]) -> Interval {
  let sorted = values.sorted()
  return Interval(quantile(ofSorted: sorted, 0.025), quantile(ofSorted: sorted, 0.975))
}

/// A detector's ranking of the samples, ready to be weighted.
private struct Ranking: Sendable {
  /// Samples by ascending score.
  private let order: [Int32]
  private let isAnomalous: [Bool]
  /// Whether each sample of `order` is the last of its tied scores.
  private let endsTie: [Bool]

  init(_ scores: [Float], _ isAnomalous: [Bool]) throws(Problem) {
    precondition(
      scores.count == isAnomalous.count, "\(scores.count) scores but \(isAnomalous.count) labels")
    try requireFinite(scores.map(Double.init))
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    self.order = order.map(Int32.init)
    self.isAnomalous = order.map { isAnomalous[$0] }
    endsTie = order.indices.map { $0 + 1 == order.count || scores[order[$0 + 1]] != scores[order[$0]] }
  }

  /// The area with each sample counted `times` times; pairs are counted in integers.
  func area(_ times: [Int32]) -> Double {
    var twiceWonPairs = 0
    var below = (normals: 0, anomalies: 0)
    var tied = (normals: 0, anomalies: 0)
    for (place, sample) in order.enumerated() {
      let count = Int(times[Int(sample)])
      if isAnomalous[place] { tied.anomalies += count } else { tied.normals += count }
      guard endsTie[place] else { continue }
      twiceWonPairs += tied.anomalies * (2 * below.normals + tied.normals)
      below = (below.normals + tied.normals, below.anomalies + tied.anomalies)
      tied = (0, 0)
    }
    return Double(twiceWonPairs) / Double(2 * below.normals * below.anomalies)
  }
}
