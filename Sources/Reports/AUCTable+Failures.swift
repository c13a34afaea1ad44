/// The runs that failed, as the renderings show them.
extension AUCTable {
  /// Runs that a note names before it only counts.
  private static let namedRuns = 6

  /// Whether the run of a cell has failed, for one seed or, without one, for any.
  ///
  /// - Parameter heldOut: a position in `heldOut`; one beyond it, that of a mean, has no run.
  func hasFailure(detector: Int, heldOut: Int, seed: Int? = nil) -> Bool {
    failures.contains { failure in
      failure.detector == detector && failure.heldOut.contains(heldOut)
        && (seed ?? failure.seed) == failure.seed
    }
  }

  /// How many values are missing because their run failed.
  var failedCount: Int { failures.reduce(0) { $0 + $1.heldOut.count } }

  /// A line for each cause, with the runs that it ended.
  var causesOfFailure: [String] {
    var causes: [String] = []
    for failure in failures where !causes.contains(failure.cause) { causes.append(failure.cause) }
    return causes.map { cause in
      let runs = failures.filter { $0.cause == cause }.map(title)
      let others = runs.count > Self.namedRuns ? " and \(runs.count - Self.namedRuns) more" : ""
      return "\(failed) \(runs.prefix(Self.namedRuns).joined(separator: "; "))\(others): \(cause)"
    }
  }

  /// As in `ganomaly, 3 held out, seed 0`, without the detector where there is but one.
  private func title(_ failure: Failure) -> String {
    let detector = detectors.count > 1 ? "\(detectors[failure.detector]), " : ""
    // Of an image folder's rows the last is that of the run itself.
    return
      "\(detector)\(heldOut[failure.heldOut[failure.heldOut.count - 1]]) held out, seed \(seeds[failure.seed])"
  }
}
