import Results

extension AUCTable {
  /// The table of one measure of a summary file.
  ///
  /// - Parameter measure: a name among `Measures.all`.
  public init(_ summary: Summary, measure: String = Measures.all[0].name) {
    let title = Measures.all.first { $0.name == measure }?.title ?? measure
    self.init(
      title: "\(summary.experiment): \(summary.protocolDescription)", metric: title,
      detectors: summary.detectors, heldOut: summary.heldOut, seeds: summary.seeds,
      values: summary.cells(measure), allowsMeanOverHeldOut: summary.pooledRow == nil,
      notes: Self.notes(summary))
  }

  static func notes(_ summary: Summary) -> [String] {
    var notes = ["Scores: \(summary.headline)."]
    if summary.epoch == .bestOnTest {
      notes.append("The epoch was chosen on the test set itself: optimistic.")
    }
    if summary.pass == .batchNormalsFirst {
      notes.append("Nearly every test batch is of one kind, and its statistics tell which: optimistic.")
    }
    if let pooled = summary.pooledRow {
      notes.append("'\(pooled)' is all kinds of anomaly together, the others are one kind each.")
    }
    if !summary.commits.isEmpty { notes.append("Computed by ganomaly \(summary.commits).") }
    return notes
  }
}
