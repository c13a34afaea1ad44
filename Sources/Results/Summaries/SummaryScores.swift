import Diagnostics
import HDF5
import Settings

/// The headline's scores behind a cell of a summary's table, sample by sample.
public struct CellScores: Sendable, Equatable {
  /// Position of each sample in the data set.
  public var sampleIndex: [Int]
  /// Scores, or whole numbers that rank the samples as the scores do.
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
  /// - Returns: nil where none were kept of that evaluation and epoch.
  /// - Throws: `Problem` when the run is not there, or damaged.
  public func headline(of identifier: String, row: String) throws -> CellScores? {
    do {
      return try SummaryRunGroup.read(from: runs.openGroup(identifier)).cell(row: row)
    } catch {
      throw FileSchema.summary.problem(error)
    }
  }
}

extension SummaryScores {
  /// The ranking behind a cell of the table: as `headline(of:row:)`, but without saying which sample is which, so that
  /// it is there for every run.
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
