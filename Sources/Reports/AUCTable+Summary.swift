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
      values: summary.cells(measure), notes: Self.notes(summary))
  }

  private static func notes(_ summary: Summary) -> [String] {
    var notes = ["Scores: \(summary.headline)."]
    if summary.headline.contains("best-on-test") {
      notes.append("The epoch was chosen on the test set itself: optimistic.")
    }
    return notes
  }
}
