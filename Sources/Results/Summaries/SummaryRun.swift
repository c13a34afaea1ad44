import Diagnostics
import HDF5
import Settings
import Specs

/// A run behind the tables of a summary, and its place in them.
public struct SummaryRun: Sendable, Equatable {
  /// The run's id.
  public let identifier: String
  /// The row: a detector, or the label of a sweep's configuration.
  public let row: String
  /// The held-out or normal class; "all" for an image folder.
  public let heldOut: String
  /// Seed of the run.
  public let seed: Int
  /// How many images it was trained on.
  public let trainingImages: Int
  /// The epoch (from 1) of the headline; 0 if the run was not evaluated this way.
  public let headlineEpoch: Int
}

extension SummaryRun {
  /// The runs that the tables show, in the tables' order.
  ///
  /// A summary also keeps runs that its experiment no longer asks for.
  static func all(in stored: HDF5Group, behind summary: Summary) throws -> [SummaryRun] {
    let rows = rows(summary)
    let runs = try stored.names().compactMap { name -> SummaryRun? in
      guard let row = rows[name] else { return nil }
      let record = try SummaryRunGroup.readCourse(from: stored.openGroup(name))
      let view = record.run.headlineView
      return SummaryRun(
        identifier: record.identifier, row: row, heldOut: record.run.heldOut, seed: record.run.seed,
        trainingImages: record.trainingImages,
        headlineEpoch: record.history.scores.first { $0.key == view.score }?.epoch(of: view.epoch) ?? 0)
    }
    func place(_ run: SummaryRun) -> (Int, Int, Int) {
      (
        summary.detectors.firstIndex(of: run.row) ?? .max,
        summary.heldOut.firstIndex(of: run.heldOut) ?? .max,
        summary.seeds.firstIndex(of: run.seed) ?? .max
      )
    }
    return runs.sorted { place($0) < place($1) }
  }

  /// The row of each run that the tables show, by id.
  private static func rows(_ summary: Summary) -> [String: String] {
    var rows: [String: String] = [:]
    for (detector, runs) in zip(summary.detectors, summary.runs ?? []) {
      for identifier in runs.joined() where !identifier.isEmpty { rows[identifier] = detector }
    }
    return rows
  }
}
