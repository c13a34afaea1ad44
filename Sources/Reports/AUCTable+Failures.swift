/// How the renderings show failed runs.
extension AUCTable {
  /// A note names this many runs and counts the rest.
  private static let namedRuns = 6

  /// Whether a cell's run failed, for the given seed or, without one, for any seed.
  ///
  /// - Parameter heldOut: a position in `heldOut`; the one after the last, that of the mean, has no run.
  func hasFailure(detector: Int, heldOut: Int, seed: Int? = nil) -> Bool {
    guard !failedCells.isEmpty else { return false }
    return (seed.map { $0..<$0 + 1 } ?? seeds.indices).contains { seed in
      failedCells.contains(Cell(detector: detector, heldOut: heldOut, seed: seed))
    }
  }

  /// How many values are missing because their run failed.
  var failedCount: Int { failedCells.count }

  /// One line per cause, naming the runs that it ended.
  var causesOfFailure: [String] {
    let byCause = Dictionary(grouping: failures.indices) { failures[$0].cause }
    return byCause.sorted { $0.value[0] < $1.value[0] }.map { cause, positions in
      let runs = positions.map { title(failures[$0]) }
      let others = runs.count > Self.namedRuns ? " and \(runs.count - Self.namedRuns) more" : ""
      return "\(failed) \(runs.prefix(Self.namedRuns).joined(separator: "; "))\(others): \(cause)"
    }
  }

  /// Such as `ganomaly, 3 held out, seed 0`; without the detector if there is only one.
  private func title(_ failure: Failure) -> String {
    let detector = detectors.count > 1 ? "\(detectors[failure.detector]), " : ""
    // For an image folder, the last row is that of the run itself.
    let row = heldOut[failure.heldOut[failure.heldOut.count - 1]]
    return "\(detector)\(classRole.phrase(row)), seed \(seeds[failure.seed])"
  }
}
