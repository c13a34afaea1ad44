import Diagnostics
import HDF5

/// The headline's scores of one run, sample by sample.
public struct StoredScores: Sendable, Equatable {
  /// Position of each sample in the data set.
  public var sampleIndex: [Int]
  public var isAnomalous: [Bool]
  public var scores: [Float]

  public init(sampleIndex: [Int], isAnomalous: [Bool], scores: [Float]) {
    self.sampleIndex = sampleIndex
    self.isAnomalous = isAnomalous
    self.scores = scores
  }
}

/// The scores behind the table of a summary file, run by run.
public struct SummaryScores {
  public let summary: Summary
  private let runs: HDF5Group
  /// By detector, class and seed; empty for no run.
  private let identifiers: [[[String]]]

  /// - Throws: `Problem` when there is no such file, when it is none of ours, or when it does not say which run each
  ///   value is of.
  public init(in path: String) throws {
    summary = try Summary.read(from: path)
    let root = try FileSchema.summary.open(path)
    do {
      runs = try root.openGroup("runs")
      let auc = try root.openGroup("auc")
      guard try auc.exists(SummaryTable.runName) else {
        throw Problem(
          .badData, at: path, "the summary does not say which run each value is of",
          hint: "an older version gathered it: `ganomaly collect` with its spec writes it anew")
      }
      let dataset = try auc.openDataset(SummaryTable.runName)
      let (values, shape) = try dataset.readStrings()
      guard shape == [summary.detectors.count, summary.heldOut.count, summary.seeds.count] else {
        throw dataset.refusal("its shape is \(shape), not that of the table")
      }
      identifiers = Summary.nested(values, shape)
    } catch let error as HDF5Error {
      throw FileSchema.summary.problem(error)
    }
  }

  /// What the run of a cell scored at the headline's epoch; nil where there is no run.
  ///
  /// - Parameters: positions in the summary's axes.
  /// - Throws: `Problem` when what is stored does not fit together.
  public func scores(detector: Int, heldOut: Int, seed: Int) throws -> StoredScores? {
    let identifier = identifiers[detector][heldOut][seed]
    guard !identifier.isEmpty else { return nil }
    do {
      let run = try runs.openGroup(identifier)
      let index = try run.openDataset("sample_index").read(Int.self).values
      let labels = try run.openDataset("labels").read(UInt8.self, shape: [index.count])
      return StoredScores(
        sampleIndex: index, isAnomalous: labels.map { $0 != 0 },
        scores: try Self.headlineScores(of: run, count: index.count))
    } catch {
      throw FileSchema.summary.problem(error)
    }
  }

  /// The headline's reading stands first; of other epochs than the last only its best is kept.
  private static func headlineScores(of run: HDF5Group, count: Int) throws(HDF5Error) -> [Float] {
    let epochs = try run.openDataset("history/epoch").shape().reduce(1, *)
    if try run.attributes.readNumber(Int.self, "headline_epoch") != epochs {
      return try run.openDataset("best_scores").read(Float.self, shape: [count])
    }
    let dataset = try run.openDataset("scores")
    let (values, shape) = try dataset.read(Float.self, rows: 0..<1)
    guard shape == [1, count] else {
      throw dataset.refusal("its rows have \(values.count) scores, not \(count)")
    }
    return values
  }
}
