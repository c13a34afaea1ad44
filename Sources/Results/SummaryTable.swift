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
    var readings: [String: ReadingAreas]
  }

  /// AUROC at the last epoch and at the best on the test set.
  private struct ReadingAreas {
    var last: Double
    var best: Double
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
    let auc = try group.openGroup("auc")
    let rows = try auc.openDataset("held_out").readStrings().values
    let measures = try Measures.all.map {
      try auc.openDataset($0.name).read(Double.self, shape: [rows.count])
    }
    let areas = try readingAreas(of: group)
    for (index, row) in rows.enumerated() {
      // Only the row of all anomalies together has a history by epoch.
      cells[Place(detector: run.detector.name, heldOut: row, seed: run.seed)] = Cell(
        measures: measures.map { $0[index] }, readings: row == run.heldOut ? areas : [:])
    }
    return rows
  }

  private mutating func readingAreas(of group: HDF5Group) throws -> [String: ReadingAreas] {
    let names = try group.openDataset("reading").readStrings().values
    let (values, shape) = try group.openDataset("history/auroc").read(Double.self)
    let best = try group.openDataset("history/best_epoch").read(Int.self, shape: [names.count])
    var areas: [String: ReadingAreas] = [:]
    for (index, name) in names.enumerated() {
      appendNew(name, to: &readings)
      areas[name] = ReadingAreas(
        last: values[(index + 1) * shape[1] - 1], best: values[index * shape[1] + best[index] - 1])
    }
    return areas
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
    let tables: [(name: String, area: KeyPath<ReadingAreas, Double>)] = [
      ("auroc_last", \.last), ("auroc_best_on_test", \.best),
    ]
    for (name, area) in tables {
      let values = readings.flatMap { reading in grid { $0.readings[reading]?[keyPath: area] ?? .nan } }
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
