import Diagnostics
import Metrics
import Results
import Settings

/// Detectors of a summary against the first of them, on the test samples that both have scored: for every class and
/// seed the difference of their areas under the ROC curve, and what may be chance of it.
public struct DetectorComparison: Sendable, Equatable {
  /// The experiment and its protocol.
  public let title: String
  public let classRole: ClassRole
  /// The rows that are compared; of an image folder the one of all kinds of anomaly together.
  public let classes: [String]
  public let seeds: [Int]
  /// Of the bootstrap.
  public let replicates: Int
  /// What a reader must know beside the numbers.
  public let notes: [String]
  public let pairs: [DetectorPair]
}

extension DetectorComparison {
  /// Compares the first of some detectors with each of the others.
  ///
  /// - Parameters:
  ///   - path: of the summary's file.
  ///   - detectors: names as in the summary's table, at least two; empty for all.
  ///   - replicates: of the bootstrap, whose intervals are of the same samples for all detectors that share them.
  ///   - seed: of the bootstrap's draws.
  /// - Throws: `Problem` for a name that is none or stands twice, where there are not two detectors, where the file does
  ///   not say which run each value is of, and where the stored scores do not fit together.
  public init(
    summary path: String, detectors names: [String] = [], replicates: Int, seed: UInt64 = 0
  ) throws {
    let summary = try Summary.read(from: path)
    guard let runs = summary.runs else {
      throw Problem(
        .badData, at: path, "the summary does not say which run each value is of",
        hint: "an older version collected it: `ganomaly collect` with its spec rewrites it")
    }
    let stored = try SummaryScores(in: path)
    let chosen = try Self.positions(of: names, in: summary)
    title = "\(summary.experiment): \(summary.protocolDescription)"
    classRole = summary.classRole
    let rows = summary.heldOut.indices.filter {
      summary.pooledRow == nil || summary.heldOut[$0] == summary.pooledRow
    }
    classes = rows.map { summary.heldOut[$0] }
    seeds = summary.seeds
    self.replicates = replicates
    notes = AUCTable.notes(summary)
    var cells = [[DetectorPair.Cell]](repeating: [], count: chosen.count - 1)
    for row in rows {
      for position in summary.seeds.indices {
        let scores = try chosen.map { detector -> CellScores? in
          let run = runs[detector][row][position]
          return run.isEmpty ? nil : try stored.headline(of: run, row: summary.heldOut[row])
        }
        let place = "\(summary.classRole.phrase(summary.heldOut[row])), seed \(summary.seeds[position])"
        let comparison = try CellComparison(
          scores, names: chosen.map { summary.detectors[$0] }, at: place, replicates: replicates, seed: seed)
        for (pair, tests) in comparison.tests.enumerated() {
          cells[pair].append(
            DetectorPair.Cell(name: summary.heldOut[row], seed: summary.seeds[position], tests: tests))
        }
      }
    }
    pairs = cells.enumerated().map { pair, cells in
      DetectorPair(
        first: summary.detectors[chosen[0]], second: summary.detectors[chosen[pair + 1]], cells: cells)
    }
  }

  private static func positions(of names: [String], in summary: Summary) throws(Problem) -> [Int] {
    let place = summary.experiment
    let all = summary.detectors.joined(separator: ", ")
    guard summary.detectors.count > 1 else {
      throw Problem(
        .usage, at: place, "has one detector, '\(all)': there is nothing to compare it with",
        hint: "write a spec with `detectors`")
    }
    if names.isEmpty { return Array(summary.detectors.indices) }
    var positions: [Int] = []
    for name in names {
      guard let position = summary.detectors.firstIndex(of: name) else {
        let near = nearest(to: name, among: summary.detectors)
        throw Problem(
          .usage, at: place, "has no detector '\(name)'",
          hint: near.map { "did you mean '\($0)'?" } ?? "it has \(all)")
      }
      guard !positions.contains(position) else {
        throw Problem(.usage, at: place, "the detector '\(name)' cannot be compared with itself")
      }
      positions.append(position)
    }
    guard positions.count > 1 else {
      throw Problem(.usage, at: place, "'\(names[0])' alone is not a comparison", hint: "name two of \(all)")
    }
    return positions
  }
}

/// Two detectors on the same test samples.
public struct DetectorPair: Sendable, Equatable {
  /// The tests of one class and seed.
  public struct Cell: Sendable, Equatable {
    /// The class.
    public let name: String
    public let seed: Int
    /// nil where either detector has no run, or no scores of the headline's epoch.
    public let tests: PairedTests?
  }

  public let first: String
  public let second: String
  /// Class by class, seed by seed.
  public let cells: [Cell]

  /// Over seeds, the differences of one class; fewer than there are seeds where runs are missing.
  public func overSeeds(_ name: String) -> PairedDifferences {
    PairedDifferences(differences { $0.name == name })
  }

  /// Over seeds, the mean difference over classes; a seed with a class missing is left out.
  public var overSeedsOfMeans: PairedDifferences {
    let seeds = unique(cells.map(\.seed))
    let classes = Set(cells.map(\.name)).count
    return PairedDifferences(
      seeds.compactMap { seed in
        let differences = differences { $0.seed == seed }
        return differences.count == classes ? PairedDifferences(differences).mean : nil
      })
  }

  /// Over classes, the mean difference over seeds; a class without any run is left out.
  public var overClasses: PairedDifferences {
    PairedDifferences(
      unique(cells.map(\.name)).map { overSeeds($0).mean }.filter { !$0.isNaN })
  }

  private func differences(_ isWanted: (Cell) -> Bool) -> [Double] {
    cells.filter(isWanted).compactMap { $0.tests?.difference.value }
  }

  /// Different values in their first order.
  private func unique<Value: Hashable>(_ values: [Value]) -> [Value] {
    var known: Set<Value> = []
    return values.filter { known.insert($0).inserted }
  }
}

/// Two detectors on the test samples of one class and seed.
public struct PairedTests: Sendable, Equatable {
  public let normalCount: Int
  public let anomalousCount: Int
  public let first: DeLong
  public let second: DeLong
  /// The first's area less the second's.
  public let difference: DeLong
  /// The 95 % interval of the difference by the bootstrap.
  public let bootstrap: Interval
}
