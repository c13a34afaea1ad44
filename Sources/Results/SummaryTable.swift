import HDF5
import Settings
import Specs

/// The tables of a summary: every measure by detector, held-out class and seed.
struct SummaryTable {
  private let experiment: Experiment
  private var detectors: [String] = []
  private var heldOut: [String] = []
  private var seeds: [Int] = []
  private var readings: [String] = []
  private var cells: [Place: Cell] = [:]
  private var commits: Set<String> = []

  private struct Place: Hashable {
    var detector: String
    var heldOut: String
    var seed: Int
  }

  private struct Cell {
    /// By measure, in the order of `Measures.all`.
    var measures: [Double]
    /// AUROC by reading.
    var readings: [StoredRun.Reading]
  }

  /// Reads the runs that are stored under `stored`, of those that the experiment asks for.
  init(_ experiment: Experiment, runs: [IdentifiedRun], stored: HDF5Group) throws {
    self.experiment = experiment
    var heldOutOfRuns: [String] = []
    var rows: [String: [String]] = [:]
    for run in runs {
      appendNew(run.run.detector.name, to: &detectors)
      appendNew(run.run.heldOut, to: &heldOutOfRuns)
      appendNew(run.run.seed, to: &seeds)
      guard try stored.exists(run.identifier) else { continue }
      for row in try enter(run.run, try stored.openGroup(run.identifier)) {
        appendNew(row, to: &rows[run.run.heldOut, default: []])
      }
    }
    // A run that is missing fills the rows that the other seeds' runs fill.
    heldOut = heldOutOfRuns.flatMap { rows[$0] ?? [$0] }
  }

  /// Takes over one run.
  ///
  /// - Returns: the rows that it fills.
  private mutating func enter(_ run: Run, _ group: HDF5Group) throws -> [String] {
    commits.insert(try Self.commit(of: group))
    let record = try StoredRun(group)
    for reading in record.readings { appendNew(reading.name, to: &readings) }
    for (index, row) in record.rows.enumerated() {
      // Only the row of all anomalies together has a history by epoch.
      cells[Place(detector: run.detector.name, heldOut: row, seed: run.seed)] = Cell(
        measures: record.measures.map { $0[index] }, readings: row == run.heldOut ? record.readings : [])
    }
    return record.rows
  }

  /// As `BuildInformation.shortDescription` puts it.
  private static func commit(of group: HDF5Group) throws -> String {
    let facts = try group.openGroup("environment").attributes
    guard try facts.exists("commit") else { return "unknown" }
    let isDirty = try facts.exists("dirty") && facts.readString("dirty") == "yes"
    return try BuildInformation.short(commit: facts.readString("commit"), isDirty: isDirty)
  }
}

// MARK: - Writing

extension SummaryTable {
  func write(to root: HDF5Group) throws {
    let evaluation = experiment.evaluation
    let auc = try root.createGroup("auc")
    try auc.attributes.write(
      "\(evaluation.score.rawValue), \(evaluation.headlinePass.rawValue), epoch \(evaluation.epoch.rawValue)",
      to: "headline")
    try auc.attributes.write(evaluation.headlinePass.rawValue, to: "pass")
    try auc.attributes.write(evaluation.epoch.rawValue, to: "epoch")
    try auc.attributes.write(
      "\(experiment.dataset.title), split \(evaluation.split.rawValue), input \(evaluation.inputRange.rawValue)",
      to: "protocol")
    try auc.attributes.write(commits.sorted().joined(separator: ", "), to: "commits")
    if experiment.dataset.name == .folder, let pooled = experiment.heldOutClasses.first {
      try auc.attributes.write(pooled, to: "pooled_row")
    }
    let scales = try writeScales(to: auc)
    for (index, measure) in Measures.all.enumerated() {
      try auc.write(grid { $0.measures[index] }, shape: shape, to: measure.name)
        .attachDimensionScales(scales)
    }
    try writeReadings(to: root.createGroup("readings"))
  }

  private func writeReadings(to group: HDF5Group) throws {
    let reading = try group.write(readings, to: "reading")
    try reading.makeDimensionScale(named: "reading")
    let scales = [reading] + (try writeScales(to: group))
    let tables: [(name: String, area: KeyPath<StoredRun.Reading, Double>)] = [
      ("auroc_last", \.last), ("auroc_best_on_test", \.best),
    ]
    for (name, area) in tables {
      let values = readings.flatMap { reading in
        grid { cell in cell.readings.first { $0.name == reading }?[keyPath: area] ?? .nan }
      }
      try group.write(values, shape: [readings.count] + shape, to: name).attachDimensionScales(scales)
    }
  }

  private var shape: [Int] { [detectors.count, heldOut.count, seeds.count] }

  private func writeScales(to group: HDF5Group) throws -> [HDF5Dataset] {
    let scales = [
      try group.write(detectors, to: "detector"), try group.write(heldOut, to: "held_out"),
      try group.write(seeds, shape: [seeds.count], to: "seed"),
    ]
    for (scale, name) in zip(scales, ["detector", "held_out", "seed"]) {
      try scale.makeDimensionScale(named: name)
    }
    return scales
  }

  /// A value for each detector, held-out class and seed; NaN where there is no run.
  private func grid(_ value: (Cell) -> Double) -> [Double] {
    detectors.flatMap { detector in
      heldOut.flatMap { heldOut in
        seeds.map { cells[Place(detector: detector, heldOut: heldOut, seed: $0)].map(value) ?? .nan }
      }
    }
  }
}

private func appendNew<Element: Equatable>(_ element: Element, to list: inout [Element]) {
  if !list.contains(element) { list.append(element) }
}
