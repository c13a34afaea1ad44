import Diagnostics
import Foundation
import HDF5
import Settings

/// Converts summaries of schema version 2 in memory, so that readers need to know only one layout.
enum EarlierSummary {
  /// The same content in the present layout, each run under its present id.
  ///
  /// - Throws: `HDF5Error` or `Problem` if the summary is damaged or holds settings that this program does not know.
  static func carriedOver(_ old: HDF5Group) throws -> HDF5Group {
    let file = try HDF5File.createInMemory("\(old.filePath)#\(UUID().uuidString)")
    let root = file.root
    try FileSchema.summary.mark(root)
    try root.attributes.write(old.attributes.readString("experiment"), to: "experiment")
    for name in ["spec", "environment", "failures", "sweep", "auc"] where try old.exists(name) {
      try root.copy(name, of: old)
    }
    let identifiers = try carryOverRuns(of: old, to: root)
    try rename(identifiers, in: root.openGroup("auc"))
    try carryOverReadings(of: old, to: root)
    return root
  }

  /// - Returns: the present ids by the old ones.
  private static func carryOverRuns(of old: HDF5Group, to root: HDF5Group) throws -> [String: String] {
    try root.createGroup("runs")
    let material = try root.createGroup("material")
    let runs = try old.openGroup("runs")
    var identifiers: [String: String] = [:]
    for name in try runs.names() {
      let record = try EarlierRunGroup.read(from: runs.openGroup(name))
      identifiers[name] = record.identifier
      // Two old ids may be one training, evaluated in different ways.
      if try root.exists("runs/\(record.identifier)") { continue }
      let hasMaterial = try old.exists("material/\(name)")
      try SummaryRunGroup.write(
        SummarizedRun(record, views: [record.run.headlineView], keeping: .scores), to: root)
      if hasMaterial {
        try MaterialGroup.summarize(
          old.openGroup("material/\(name)"), as: record.identifier, in: material,
          scores: record.history.scores[0].lastScores)
      }
    }
    return identifiers
  }

  private static func rename(_ identifiers: [String: String], in auc: HDF5Group) throws {
    guard try auc.exists(SummaryTable.runName) else { return }
    let (names, shape) = try auc.openDataset(SummaryTable.runName).readStrings()
    try auc.delete(SummaryTable.runName)
    try auc.write(names.map { identifiers[$0] ?? $0 }, shape: shape, to: SummaryTable.runName)
  }

  private static func carryOverReadings(of old: HDF5Group, to root: HDF5Group) throws {
    let readings = try old.openGroup("readings")
    let target = try root.createGroup(EvaluationTables.group)
    let names = try readings.openDataset("reading").readStrings().values
    let parts = names.map { $0.split(separator: ", ", maxSplits: 1).map(String.init) }
    try EvaluationTables.writeNames(
      names.indices.map { (names[$0], parts[$0].first ?? "", parts[$0].count > 1 ? parts[$0][1] : "") },
      to: target)
    for table in try readings.names() where table.hasPrefix(EvaluationTables.prefix) {
      try target.copy(table, of: readings)
    }
  }
}
