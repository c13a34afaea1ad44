import Diagnostics
import Foundation
import HDF5
import Settings
import Specs

/// What a summary's tables take from a stored run.
struct GatheredRun {
  /// Without samples and their scores.
  var record: RunRecord
  /// The rows that it fills, by headline.
  var rows: [HeadlineView: [RowRecord]]
  /// Whether it was tested on normal images only, which gives no measures.
  var testedNormalsOnly: Bool

  init(_ run: SummarizedRun, views: [HeadlineView]) throws {
    rows = [:]
    for view in views { rows[view] = try run.rows(view) }
    record = run.record
    testedNormalsOnly = !record.samples.isAnomalous.contains(true)
    record.samples = SampleRecord(index: [], isAnomalous: [], classIndex: [], classNames: [])
  }
}

/// Gathers an experiment's runs in its new summary, each from its own file or else from the old summary.
struct SummaryGathering {
  private let experiment: Experiment
  private let runs: [IdentifiedRun]
  private let results: String
  private let folder: RunFolder
  private let file: HDF5File
  private let oldRuns: HDF5Group?
  private let oldMaterial: HDF5Group?

  init(
    _ experiment: Experiment, runs: [IdentifiedRun], results: String, folder: RunFolder, old: HDF5Group?,
    file: HDF5File
  ) throws {
    self.experiment = experiment
    self.runs = runs
    self.results = results
    self.folder = folder
    self.file = file
    oldRuns = try old?.openGroup("runs")
    oldMaterial = try old?.openGroup("material")
  }

  /// Writes `/runs`, `/test_sets` and `/material`.
  ///
  /// - Returns: the stored runs that the experiment asks for, by id.
  func gather() throws -> [String: GatheredRun] {
    try file.root.createGroup("runs")
    let material = try file.root.createGroup("material")
    var gathered: [String: GatheredRun] = [:]
    let views = Dictionary(grouping: runs, by: \.identifier).mapValues { group in
      group.reduce(into: [HeadlineView]()) { views, run in
        if !views.contains(run.run.headlineView) { views.append(run.run.headlineView) }
      }
    }
    for run in runs where gathered[run.identifier] == nil {
      try file.requireWritten()
      let views = views[run.identifier] ?? []
      guard let stored = try stored(run, views: views, material: material) else { continue }
      try SummaryRunGroup.write(stored, to: file.root)
      gathered[run.identifier] = try GatheredRun(stored, views: views)
    }
    try carryOverOthers(material: material, gathered: Set(gathered.keys))
    return gathered
  }

  /// Whether material of the run is kept: only for the first seed, and not for a sweep, which may have thousands of
  /// runs.
  private func isShown(_ run: IdentifiedRun) -> Bool {
    experiment.sweep == nil && run.run.seed == experiment.seeds.first
  }

  /// What is kept of the scores: ranks if detectors can be compared sample by sample, otherwise scores of shown runs and
  /// of image folders; of a sweep, the order in the headline.
  private func keeping(_ run: IdentifiedRun) -> SummarizedRun.Keeping {
    if experiment.sweep != nil { return .headlineOrder }
    if experiment.detectors.count > 1 { return .ranks }
    return isShown(run) || experiment.dataset.name == .folder ? .scores : .orders
  }

  /// A run from its own file merged with the old summary's, or from the old summary alone; nil if neither has it.
  private func stored(
    _ run: IdentifiedRun, views: [HeadlineView], material: HDF5Group
  ) throws -> SummarizedRun? {
    let identifier = run.identifier
    let (shown, keeping) = (isShown(run), keeping(run))
    let old = try oldRuns?.exists(identifier) == true ? oldRuns.map { try read($0, identifier) } : nil
    let paths = [identifier, run.earlierIdentifier].filter { folder.finished.contains($0) }.map {
      RunFile.path(results: results, experiment: experiment.name, identifier: $0)
    }
    // A run file is removed only once a summary holds its run.
    guard let path = paths.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
      if let oldMaterial, shown, try oldMaterial.exists(identifier) {
        try MaterialGroup.summarize(oldMaterial.openGroup(identifier), as: identifier, in: material)
      }
      return old.map { $0.declared(as: run.run).keeping(keeping, views) }
    }
    let record = try RunFile.record(at: path, identifier: identifier)
    if shown {
      try MaterialGroup.summarize(
        FileSchema.run.open(path).openGroup("material"), as: identifier, in: material,
        scores: record.history.scores[0].lastScores)
      if let oldMaterial { try EmbeddingGroup.carryOver(identifier, from: oldMaterial, to: material) }
    }
    let new = SummarizedRun(record, views: views, keeping: keeping)
    return (old.map { new.merged(with: $0) } ?? new).declared(as: run.run)
  }

  private func read(_ group: HDF5Group, _ identifier: String) throws -> SummarizedRun {
    try SummaryRunGroup.read(from: group.openGroup(identifier))
  }

  /// Carries over the runs that the experiment does not ask for.
  private func carryOverOthers(material: HDF5Group, gathered: Set<String>) throws {
    guard let oldRuns else { return }
    for name in try oldRuns.names() where !gathered.contains(name) {
      try file.requireWritten()
      try SummaryRunGroup.write(read(oldRuns, name), to: file.root)
      if let oldMaterial, try oldMaterial.exists(name) {
        try MaterialGroup.summarize(oldMaterial.openGroup(name), as: name, in: material)
      }
    }
  }
}

extension SummarizedRun {
  /// The same run under the protocol that an experiment declares now.
  fileprivate func declared(as run: Run) -> SummarizedRun {
    var copy = self
    copy.record.run.evaluation = run.evaluation
    return copy
  }

  /// The same run with no more of its scores than is to be kept.
  fileprivate func keeping(_ keeping: Keeping, _ views: [HeadlineView]) -> SummarizedRun {
    var copy = self
    for (position, score) in record.history.scores.enumerated() {
      for (choice, epoch) in EpochChoice.allCases.enumerated()
      where !keeping.keepsOrder(score.key, epoch, of: views) {
        copy.orders[position][choice] = nil
      }
    }
    copy.kept = kept.compactMap { kept in
      guard case .scores(let scores) = kept.values else { return keeping.isPerSample ? kept : nil }
      return keeping.values(of: scores).map {
        KeptScores(position: kept.position, epoch: kept.epoch, values: $0)
      }
    }
    return copy
  }

  /// The same run with the evaluations that only another record of the training has.
  fileprivate func merged(with other: SummarizedRun) -> SummarizedRun {
    var merged = self
    for (position, score) in other.record.history.scores.enumerated()
    where !record.history.scores.contains(where: { $0.key == score.key }) {
      let place = merged.record.history.scores.count
      merged.record.history.scores.append(score)
      merged.orders.append(other.orders[position])
      merged.kept += other.kept.filter { $0.position == position }.map {
        KeptScores(position: place, epoch: $0.epoch, values: $0.values)
      }
    }
    return merged
  }
}
