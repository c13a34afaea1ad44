import Diagnostics
import HDF5
import Settings
import Specs

/// A summary file as a report reads it: the tables at once and the runs one at a time, on demand, so that the scores
/// and images of many runs are never in memory together.
public struct SummaryContents {
  /// The file's path.
  public let path: String
  /// The tables.
  public let summary: Summary
  /// The spec's text, as written.
  public let specText: String
  /// The runs behind the tables, by row, class and seed.
  public let runs: [SummaryRun]
  let root: HDF5Group

  /// - Throws: `Problem` if there is no such file or it is not one of ours.
  public init(path: String) throws {
    self.path = path
    summary = try Summary.read(from: path)
    root = try FileSchema.summary.open(path)
    do {
      specText = try root.openDataset("spec/text").readString()
      runs = try SummaryRun.all(in: root.openGroup("runs"), behind: summary)
    } catch let error as HDF5Error {
      throw FileSchema.summary.problem(error)
    }
  }

  /// A run's headline scores, with each sample's label and class.
  public func scores(of run: SummaryRun) throws -> RunScores {
    try reading { RunScores(try SummaryRunGroup.read(from: root.openGroup("runs/\(run.identifier)"))) }
  }

  /// How a run went, epoch by epoch.
  public func course(of run: SummaryRun) throws -> RunCourse {
    try reading { RunCourse(try SummaryRunGroup.readCourse(from: root.openGroup("runs/\(run.identifier)"))) }
  }

  /// A run's history with every evaluation, without per-sample scores.
  func history(of run: SummaryRun) throws -> RunHistory {
    try reading { try HistoryGroup.readCourse(from: root.openGroup("runs/\(run.identifier)")) }
  }

  /// Whether the summary keeps the run's images and features for figures.
  public func hasMaterial(of run: SummaryRun) throws -> Bool {
    try reading { try root.exists("material/\(run.identifier)") }
  }

  /// A run's galleries; empty for a detector that does not reconstruct images.
  ///
  /// - Parameter scores: the run's scores.
  public func galleries(of run: SummaryRun, scores: RunScores) throws -> [Gallery] {
    try reading {
      guard let group = try material(of: run) else { return [] }
      return try GalleryName.allCases.compactMap { name in
        guard try group.exists(name.rawValue) else { return nil }
        return try Gallery(group.openGroup(name.rawValue), name: name, sampleCount: scores.isAnomalous.count)
      }
    }
  }

  /// A run's features; nil for a detector that has none.
  ///
  /// - Parameter scores: the run's scores.
  public func features(of run: SummaryRun, scores: RunScores) throws -> StoredFeatures? {
    try reading {
      guard let group = try material(of: run), try group.exists("features") else { return nil }
      return try StoredFeatures(group.openGroup("features"), sampleCount: scores.isAnomalous.count)
    }
  }

  private func material(of run: SummaryRun) throws -> HDF5Group? {
    let path = "material/\(run.identifier)"
    return try root.exists(path) ? root.openGroup(path) : nil
  }

  /// Runs `body`; an HDF5 error becomes a `Problem` of the summary.
  func reading<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as HDF5Error { throw FileSchema.summary.problem(error) }
  }
}

extension Provenance {
  /// Reads a group's attributes as facts, by name.
  init(_ group: HDF5Group) throws(HDF5Error) {
    let attributes = group.attributes
    var facts: [(name: String, value: String)] = []
    for name in try attributes.names() { facts.append((name, try attributes.readString(name))) }
    self.init(facts)
  }
}
