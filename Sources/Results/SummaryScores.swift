import Diagnostics
import HDF5
import Settings

/// The headline's scores behind a cell of a summary's table, sample by sample.
public struct CellScores: Sendable, Equatable {
  /// Position of each sample in the data set.
  public var sampleIndex: [Int]
  public var scores: [Float]
  public var isAnomalous: [Bool]

  public init(sampleIndex: [Int], scores: [Float], isAnomalous: [Bool]) {
    self.sampleIndex = sampleIndex
    self.scores = scores
    self.isAnomalous = isAnomalous
  }
}

/// The scores of the runs that a summary file holds, read when they are asked for.
public struct SummaryScores {
  private let runs: HDF5Group

  /// - Throws: `Problem` when there is no such file, or it is none of ours.
  public init(in path: String) throws {
    let root = try FileSchema.summary.open(path)
    do { runs = try root.openGroup("runs") } catch { throw FileSchema.summary.problem(error) }
  }

  /// The headline's scores of a run, at the headline's epoch.
  ///
  /// - Parameters:
  ///   - identifier: of the run; `Summary.runs` has it for every cell.
  ///   - row: the class or kind of anomaly: of an image folder's anomalies those of this kind alone.
  /// - Returns: nil where there are none of that epoch: scores are kept of the last and of the best.
  /// - Throws: `Problem` when the run is not there, or damaged.
  public func headline(of identifier: String, row: String) throws -> CellScores? {
    do {
      return try Self.read(runs.openGroup(identifier), row: row)
    } catch let error as HDF5Error {
      throw FileSchema.summary.problem(error)
    }
  }

  private static func read(_ run: HDF5Group, row: String) throws -> CellScores? {
    let names = try run.openDataset("reading").readStrings().values
    let epochs = try run.openDataset("history/epoch").shape().reduce(1, *)
    let best = try run.openDataset("history/best_epoch").read(Int.self, shape: [names.count])
    let epoch = try run.attributes.readNumber(Int.self, "headline_epoch")
    let index = try run.openDataset("sample_index").read(Int.self).values
    let labels = try run.openDataset("labels").read(UInt8.self, shape: [index.count])
    let scores: [Float]
    if epoch == epochs {
      let all = try run.openDataset("scores").read(Float.self, shape: [names.count, labels.count])
      scores = Array(all.prefix(labels.count))
    } else if epoch == best.first {
      scores = try run.openDataset("best_scores").read(Float.self, shape: [labels.count])
    } else {
      return nil
    }
    let classes = try run.openDataset("class_index").read(Int.self, shape: [labels.count])
    let kind = try kind(row, of: run)
    let wanted = labels.indices.filter { labels[$0] == 0 || kind == nil || classes[$0] == kind }
    return CellScores(
      sampleIndex: wanted.map { index[$0] }, scores: wanted.map { scores[$0] },
      isAnomalous: wanted.map { labels[$0] != 0 })
  }

  /// The kind of anomaly that a row is of alone; nil for the row of the whole run.
  private static func kind(_ row: String, of run: HDF5Group) throws -> Int? {
    let role = try ClassRole(of: run.openGroup("auc"))
    if try run.attributes.readString(role.key) == row { return nil }
    return try run.openDataset("class_names").readStrings().values.firstIndex(of: row)
  }
}
