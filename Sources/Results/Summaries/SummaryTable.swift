import HDF5
import Settings
import Specs

/// The tables of a summary: every measure by detector (or a sweep's configuration), class and seed.
///
/// In the file, `/auc` has one data set per measure, and
///
///     detector or configuration, held_out or normal_class, seed    the dimensions
///     run (detector, held_out, seed)                               the id of the run behind each value, empty for none
///     pixel_auroc, pixel_aupro (detector, held_out, seed)          how well error maps find labeled pixels; if there are labels
///     normals_only (attribute)                                     1 if no anomalies were tested, which gives no measures; else absent
///     test_samples (detector)                                      test images scored, 0 for all; absent if all are 0
///
/// If a configuration has runs on several rungs of successive halving, only those of its last rung count.
struct SummaryTable {
  private let experiment: Experiment
  /// Detectors, or labels of configurations.
  private var rows = OrderedValues<String>()
  private var heldOut = OrderedValues<String>()
  private var seeds = OrderedValues<Int>()
  /// Labels of all evaluations.
  private var labels = OrderedValues<String>()
  private var cells: [Place: Cell] = [:]
  private var commits: Set<String> = []
  private var testsNormalsOnly = false
  /// By row: the epochs of its last rung, and each run's value of what the sweep chooses by.
  private var epochs: [Int] = []
  private var scores: [[Double]] = []
  /// By row: test images scored; 0 for all.
  private var testSamples: [Int] = []

  static let testSamplesName = "test_samples"
  static let runName = "run"
  static let normalsOnlyName = "normals_only"
  static let detectorNotesName = "detector_notes"
  static let pixelMeasures: [(name: String, path: KeyPath<PixelRecord, Double> & Sendable)] = [
    ("pixel_auroc", \.auroc), ("pixel_aupro", \.aupro),
  ]

  /// Positions among the rows, classes and seeds.
  private struct Place: Hashable {
    var row: Int
    var heldOut: Int
    var seed: Int
  }

  private struct Cell {
    /// The headline's measures.
    var measures: Measures
    /// All scores of the run; only in the row of the run itself, not in those of its anomaly kinds.
    var scores: [ScoreRecord]
    /// The run's id.
    var identifier: String
    /// How well error maps find labeled pixels; nil without such labels.
    var pixels: PixelRecord?
  }

  /// - Parameters:
  ///   - runs: what the experiment asks for, rung by rung.
  ///   - gathered: the stored ones, by id.
  init(_ experiment: Experiment, runs: [IdentifiedRun], gathered: [String: GatheredRun]) {
    self.experiment = experiment
    // A missing run has the same rows as the others of its class, so collect those first.
    var rowsOfClass: [String: OrderedValues<String>] = [:]
    var classes = OrderedValues<String>()
    for run in runs {
      _ = classes.position(of: run.run.heldOut)
      guard let found = gathered[run.identifier] else { continue }
      commits.insert(Self.commit(of: found.record.provenance))
      for row in found.rows[run.run.headlineView] ?? [] {
        _ = rowsOfClass[run.run.heldOut, default: OrderedValues()].position(of: row.heldOut)
      }
    }
    for name in classes.values {
      for row in rowsOfClass[name]?.values ?? [name] { _ = heldOut.position(of: row) }
    }
    for run in runs { enter(run, gathered[run.identifier]) }
  }

  /// Enters one run; `found` is nil if it is missing.
  private mutating func enter(_ identified: IdentifiedRun, _ found: GatheredRun?) {
    let run = identified.run
    let row = rows.position(of: identified.row)
    let seed = seeds.position(of: run.seed)
    if row == epochs.count {
      epochs.append(run.detector.epochs)
      scores.append([])
      testSamples.append(run.evaluation.testSamples)
    }
    if run.detector.epochs > epochs[row] {
      // A higher rung replaces the values of the one before.
      epochs[row] = run.detector.epochs
      scores[row] = []
      for heldOut in heldOut.values.indices {
        for seed in seeds.values.indices { cells[Place(row: row, heldOut: heldOut, seed: seed)] = nil }
      }
    }
    if let criterion = experiment.sweep?.criterion {
      scores[row].append(found?.record.history.value(of: criterion, run.headlineView) ?? .nan)
    }
    guard let found else { return }
    testsNormalsOnly = testsNormalsOnly || found.testedNormalsOnly
    let scores = found.record.history.scores
    for score in scores { _ = labels.position(of: score.label) }
    for line in found.rows[run.headlineView] ?? [] {
      cells[Place(row: row, heldOut: heldOut.position(of: line.heldOut), seed: seed)] = Cell(
        measures: line.measures, scores: line.heldOut == run.heldOut ? scores : [],
        identifier: identified.identifier,
        pixels: found.record.pixels.first { $0.row == line.heldOut })
    }
  }

  /// In the form of `BuildInformation.shortDescription`.
  private static func commit(of facts: Provenance) -> String {
    facts["commit"].map { BuildInformation.short(commit: $0, isDirty: facts["dirty"] == "yes") } ?? "unknown"
  }

  /// What the summary records of the sweep; nil if there is none.
  private var sweep: SweepSummary? {
    guard let sweep = experiment.sweep else { return nil }
    let labeled = Dictionary(uniqueKeysWithValues: sweep.configurations.map { ($0.label, $0.values) })
    let longest = epochs.max() ?? 0
    return SweepSummary(
      fields: sweep.names,
      values: sweep.fields.indices.map { field in
        rows.values.map { labeled[$0].map { $0[field] } ?? .text("") }
      },
      criterion: sweep.criterion,
      scores: scores.map { $0.isEmpty ? .nan : $0.reduce(0, +) / Double($0.count) }, epochs: epochs,
      isStopped: epochs.map { sweep.halving != nil && $0 < longest })
  }
}

// MARK: - Writing

extension SummaryTable {
  func write(to root: HDF5Group) throws {
    let auc = try root.createGroup("auc")
    try writeDescription(to: auc.attributes)
    let scales = try writeScales(to: auc)
    for measure in Measures.all {
      try auc.write(grid(.nan) { $0.measures[keyPath: measure.path] }, shape: shape, to: measure.name)
        .attachDimensionScales(scales)
    }
    if cells.values.contains(where: { $0.pixels != nil }) {
      for (name, path) in Self.pixelMeasures {
        try auc.write(grid(.nan) { $0.pixels?[keyPath: path] ?? .nan }, shape: shape, to: name)
          .attachDimensionScales(scales)
      }
    }
    try auc.write(grid("") { $0.identifier }, shape: shape, to: Self.runName).attachDimensionScales(scales)
    if testSamples.contains(where: { $0 > 0 }) {
      try auc.write(testSamples, shape: [testSamples.count], to: Self.testSamplesName)
        .attachDimensionScales([scales[0]])
    }
    if let sweep {
      try sweep.writeValues(to: auc, scales[0])
      try sweep.write(to: root.createGroup("sweep"), labels: rows.values)
    }
    try writeEvaluations(to: root.createGroup(EvaluationTables.group))
  }

  /// Parts of the protocol that vary are listed with all their values.
  private func writeDescription(to attributes: HDF5Attributes) throws {
    let all = experiment.configurations.map(\.evaluation)
    func words(_ word: (ProtocolSettings) -> String) -> String {
      var words = OrderedValues<String>()
      for evaluation in all { _ = words.position(of: word(evaluation)) }
      return words.values.joined(separator: " or ")
    }
    try attributes.write(Headline(experiment).words, to: "headline")
    let notes = detectorNotes
    if !notes.isEmpty { try attributes.write(notes.joined(separator: "\n"), to: Self.detectorNotesName) }
    // If a sweep has several, the one that makes the numbers optimistic.
    let isLeaking = all.contains { $0.headlinePass == .batchNormalsFirst }
    let isBest = all.contains { $0.epoch == .bestOnTest }
    let evaluation = experiment.evaluation
    try attributes.write(
      (isLeaking ? .batchNormalsFirst : evaluation.headlinePass).rawValue, to: "pass")
    try attributes.write((isBest ? .bestOnTest : evaluation.epoch).rawValue, to: "epoch")
    try attributes.write(
      "\(experiment.dataset.description), split \(words(\.split.rawValue)), input \(words(\.inputRange.rawValue))",
      to: "protocol")
    if testsNormalsOnly { try attributes.write(1, to: Self.normalsOnlyName) }
    try attributes.write(commits.sorted().joined(separator: ", "), to: "commits")
    if experiment.dataset.name == .folder, experiment.dataset.layout == .kinds,
      let pooled = experiment.heldOutClasses.first
    {
      try attributes.write(pooled, to: "pooled_row")
    }
  }

  /// One line per note, which begins with the names of the detectors concerned.
  private var detectorNotes: [String] {
    var names: [String: OrderedValues<String>] = [:]
    var notes = OrderedValues<String>()
    for configuration in experiment.configurations {
      let note = configuration.detector.record.noteInTables
      guard !note.isEmpty else { continue }
      _ = notes.position(of: note)
      let name = experiment.detectors.isEmpty ? configuration.detector.name : configuration.label
      _ = names[note, default: OrderedValues()].position(of: name)
    }
    return notes.values.map { "\((names[$0]?.values ?? []).joined(separator: ", ")): \($0)" }
  }

  private func writeEvaluations(to group: HDF5Group) throws {
    var keys: [String: (score: String, pass: String)] = [:]
    for score in cells.values.lazy.flatMap(\.scores) where keys[score.label] == nil {
      let pass = score.key.evaluation.pass.rawValue
      keys[score.label] = (score.key.score, score.label == score.key.score ? "" : pass)
    }
    let evaluation = try EvaluationTables.writeNames(
      labels.values.map { ($0, keys[$0]?.score ?? $0, keys[$0]?.pass ?? "") }, to: group)
    let scales = [evaluation] + (try writeScales(to: group))
    for table in EvaluationTables.all {
      let values = labels.values.flatMap { label in
        grid(.nan) { cell in cell.scores.first { $0.label == label }.map(table.area) ?? .nan }
      }
      try group.write(values, shape: [labels.values.count] + shape, to: table.name).attachDimensionScales(
        scales)
    }
  }

  private var shape: [Int] { [rows.values.count, heldOut.values.count, seeds.values.count] }

  private func writeScales(to group: HDF5Group) throws -> [HDF5Dataset] {
    let first = experiment.sweep == nil ? "detector" : "configuration"
    let scales = [
      try group.write(rows.values, to: first),
      try group.write(heldOut.values, to: experiment.classRole.key),
      try group.write(seeds.values, shape: [seeds.values.count], to: "seed"),
    ]
    for (scale, name) in zip(scales, [first, experiment.classRole.key, "seed"]) {
      try scale.makeDimensionScale(named: name)
    }
    return scales
  }

  /// One value per row, class and seed, `absent` where there is no run.
  private func grid<Value>(_ absent: Value, _ value: (Cell) -> Value) -> [Value] {
    rows.values.indices.flatMap { row in
      heldOut.values.indices.flatMap { heldOut in
        seeds.values.indices.map { seed in
          cells[Place(row: row, heldOut: heldOut, seed: seed)].map(value) ?? absent
        }
      }
    }
  }
}
