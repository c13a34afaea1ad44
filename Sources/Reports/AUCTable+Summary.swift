import Results

extension AUCTable {
  /// The table of one measure of a summary file.
  ///
  /// - Parameter measure: a name among `Measures.all`.
  public init(_ summary: Summary, measure: String = Measures.all[0].name) {
    let known = Measures.all.first { $0.name == measure }
    self.init(
      title: "\(summary.experiment): \(summary.protocolDescription)", metric: known?.title ?? measure,
      isHigherBetter: known?.isHigherBetter ?? true, detectors: summary.detectors, heldOut: summary.heldOut,
      classRole: summary.classRole, seeds: summary.seeds, values: summary.cells(measure),
      failures: summary.failures.compactMap { Failure($0, in: summary) },
      allowsMeanOverHeldOut: summary.pooledRow == nil,
      notes: Self.notes(summary))
    expectsValues = !summary.testsNormalsOnly
  }

  static func notes(_ summary: Summary) -> [String] {
    var notes = ["Scores: \(summary.headline)."]
    if let deviation = summary.dataDeviation { notes.append("Not the published data: \(deviation).") }
    if summary.epoch == .bestOnTest {
      notes.append("The epoch was chosen on the test set itself: optimistic.")
    }
    if summary.pass == .batchNormalsFirst {
      notes.append(
        "Nearly every test batch holds a single kind, and its statistics reveal which: optimistic.")
    }
    notes += notesOnSamples(summary) + summary.detectorNotes.map { "\($0)." } + notesOnPixels(summary)
    if let pooled = summary.pooledRow {
      notes.append("'\(pooled)' is all kinds of anomaly together, the others are one kind each.")
    }
    if summary.testsNormalsOnly {
      notes.append(
        "Only normal images were tested, which gives no areas; `ganomaly score` judges new images.")
    }
    if let absent = AbsentClasses(summary).note { notes.append(absent) }
    if !summary.commits.isEmpty { notes.append("Computed by ganomaly \(summary.commits).") }
    return notes
  }
}

extension AUCTable {
  /// One line per detector whose error maps were compared with labeled pixels: means over the seeds.
  static func notesOnPixels(_ summary: Summary) -> [String] {
    guard let pixels = summary.pixels else { return [] }
    func mean(_ values: [Double]) -> String {
      let present = values.filter { !$0.isNaN }
      return present.isEmpty ? "–" : threeDecimals(present.reduce(0, +) / Double(present.count))
    }
    return summary.detectors.indices.compactMap { detector in
      let (auroc, aupro) = (pixels.auroc[detector], pixels.aupro[detector])
      guard auroc.joined().contains(where: { !$0.isNaN }) else { return nil }
      let areas = summary.heldOut.indices.map {
        "\(summary.heldOut[$0]) \(mean(auroc[$0]))/\(mean(aupro[$0]))"
      }
      return "\(summary.detectors[detector]): AUROC/AUPRO of pixels: \(areas.joined(separator: ", "))."
    }
  }

  /// One line for each size of a random test subset; none where all test images are scored.
  static func notesOnSamples(_ summary: Summary) -> [String] {
    let counts = Set(summary.testSamples).subtracting([0]).sorted()
    return counts.map { count in
      let rows = summary.testSamples.indices.filter { summary.testSamples[$0] == count }
      let names =
        rows.count == summary.detectors.count
        ? "" : rows.map { summary.detectors[$0] }.joined(separator: ", ") + ": "
      return
        "\(names)tested on \(count) random images of each test set, the same for all detectors, normal and "
        + "anomalous in proportion."
    }
  }
}

extension AUCTable.Failure {
  /// nil for a run that has no cell in the table.
  init?(_ run: FailedRun, in summary: Summary) {
    // An image folder's run fills the rows of all its anomaly kinds.
    let rows = summary.pooledRow == run.heldOut ? summary.heldOut : [run.heldOut]
    let heldOut = rows.compactMap { summary.heldOut.firstIndex(of: $0) }
    guard let detector = summary.detectors.firstIndex(of: run.row),
      // A configuration is shown with the runs of the last rung that it reached.
      summary.sweep.map({ $0.epochs[detector] == run.epochs }) ?? true,
      let seed = summary.seeds.firstIndex(of: run.seed), !heldOut.isEmpty
    else { return nil }
    self.init(detector: detector, heldOut: heldOut, seed: seed, cause: run.failure.summary)
  }
}
