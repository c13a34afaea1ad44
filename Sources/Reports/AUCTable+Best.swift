extension AUCTable {
  /// The best detectors of each class and, last, of the mean over classes, to be marked; empty sets if there is only
  /// one detector to choose from.
  ///
  /// A value is a mean over seeds and counts only if no seed is missing. Values that print the same are tied.
  func bestDetectors() -> [Set<Int>] {
    let bySeries = detectors.indices.map { summariesWithMean(detector: $0) }
    return (bySeries.first ?? []).indices.map { row in
      let candidates = detectors.indices.compactMap { detector -> (detector: Int, mean: Double)? in
        let summary = bySeries[detector][row]
        return summary.isComplete ? summary.mean.map { (detector, $0) } : nil
      }
      let means = candidates.map(\.mean)
      guard means.count > 1, let best = isHigherBetter ? means.max() : means.min() else { return [] }
      return Set(candidates.filter { threeDecimals($0.mean) == threeDecimals(best) }.map(\.detector))
    }
  }

  /// A note that explains the marks of `bestDetectors`; empty if nothing is marked.
  ///
  /// - Parameter mark: the mark, in words.
  func noteOnBest(_ mark: String) -> [String] {
    guard bestDetectors().contains(where: { !$0.isEmpty }) else { return [] }
    let row = hasMeanOverHeldOut ? "each class and of the mean" : "each class"
    return ["\(mark) the best detector of \(row), all of them where several print the same"]
  }
}
