/// The runs that failed, as the renderings show them.
extension AUCTable {
  /// Runs that a note names before it only counts.
  private static let namedRuns = 6

  /// Whether the run of a cell has failed, for one seed or, without one, for any.
  ///
  /// - Parameter heldOut: a position in `heldOut`; one beyond it, that of a mean, has no run.
  func hasFailure(detector: Int, heldOut: Int, seed: Int? = nil) -> Bool {
    guard !failedCells.isEmpty else { return false }
    return (seed.map { $0..<$0 + 1 } ?? seeds.indices).contains { seed in
      failedCells.contains(Cell(detector: detector, heldOut: heldOut, seed: seed))
    }
  }

  /// How many values are missing because their run failed.
  var failedCount: Int { failedCells.count }

  /// A line for each cause, with the runs that it ended.
  var causesOfFailure: [String] {
    let byCause = Dictionary(grouping: failures.indices) { failures[$0].cause }
    return byCause.sorted { $0.value[0] < $1.value[0] }.map { cause, positions in
      let runs = positions.map { title(failures[$0]) }
      let others = runs.count > Self.namedRuns ? " and \(runs.count - Self.namedRuns) more" : ""
      return "\(failed) \(runs.prefix(Self.namedRuns).joined(separator: "; "))\(others): \(cause)"
    }
  }

  /// As in `ganomaly, 3 held out, seed 0`, without the detector where there is but one.
  private func title(_ failure: Failure) -> String {
    let detector = detectors.count > 1 ? "\(detectors[failure.detector]), " : ""
    // Of an image folder's rows the last is that of the run itself.
    let row = heldOut[failure.heldOut[failure.heldOut.count - 1]]
    return "\(detector)\(classRole.phrase(row)), seed \(seeds[failure.seed])"
  }
}
