import Diagnostics
import HDF5
import Settings

/// The per-sample headline scores behind a cell of a summary's table.
public struct CellScores: Sendable, Equatable {
  /// The position of each sample in the data set.
  public var sampleIndex: [Int]
  /// Scores, or whole numbers that rank the samples as the scores do.
  public var scores: [Float]
  /// Whether each sample is anomalous.
  public var isAnomalous: [Bool]

  public init(sampleIndex: [Int], scores: [Float], isAnomalous: [Bool]) {
    self.sampleIndex = sampleIndex
    self.scores = scores
    self.isAnomalous = isAnomalous
  }
}

/// The scores of a summary file's runs, read on demand.
public struct SummaryScores {
  private let runs: HDF5Group

  /// - Throws: `Problem` if there is no such file, or it is not one of ours.
  public init(in path: String) throws {
    let root = try FileSchema.summary.open(path)
    do { runs = try root.openGroup("runs") } catch { throw FileSchema.summary.problem(error) }
  }

  /// A run's headline scores, at the headline's epoch.
  ///
  /// - Parameters:
  ///   - identifier: the run's id, as in `Summary.runs`.
  ///   - row: the class, or an anomaly kind of an image folder, of whose anomalies only this kind is included.
  /// - Returns: nil if none were kept for that evaluation and epoch.
  /// - Throws: `Problem` if the run is missing or damaged.
  public func headline(of identifier: String, row: String) throws -> CellScores? {
    do {
      return try SummaryRunGroup.read(from: runs.openGroup(identifier)).cell(row: row)
    } catch {
      throw FileSchema.summary.problem(error)
    }
  }
}

extension SummaryScores {
  /// The ranking behind a table cell: like `headline(of:row:)`, but without the samples' identities, so that every run
  /// has it. nil for an anomaly kind without per-sample scores.
  public func ranking(
    of identifier: String, row: String
  ) throws -> (scores: [Float], isAnomalous: [Bool])? {
    do {
      let run = try SummaryRunGroup.read(from: runs.openGroup(identifier))
      if let cell = run.cell(row: row) { return (cell.scores, cell.isAnomalous) }
      guard row == run.record.run.heldOut, let order = run.order(run.record.run.headlineView) else {
        return nil
      }
      return (order.ranks, order.isAnomalous)
    } catch {
      throw FileSchema.summary.problem(error)
    }
  }
}

extension SummarizedRun {
  fileprivate func cell(row: String) -> CellScores? {
    guard let scores = kept(record.run.headlineView)?.numbers else { return nil }
    let samples = record.samples
    let kind = row == record.run.heldOut ? nil : samples.classNames.firstIndex(of: row)
    let wanted = samples.index.indices.filter {
      !samples.isAnomalous[$0] || kind == nil || samples.classIndex[$0] == kind
    }
    return CellScores(
      sampleIndex: wanted.map { samples.index[$0] }, scores: wanted.map { scores[$0] },
      isAnomalous: wanted.map { samples.isAnomalous[$0] })
  }
}
