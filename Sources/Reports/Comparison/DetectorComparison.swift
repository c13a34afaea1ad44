import Diagnostics
import Metrics
import Results
import Settings

/// A summary's detectors against the first of them, on the test samples that both scored: the difference in AUROC for
/// every class and seed, and how much of it may be chance.
public struct DetectorComparison: Sendable, Equatable {
  /// The experiment and its protocol.
  public let title: String
  /// Whether the classes were held out or normal.
  public let classRole: ClassRole
  /// The classes compared; for an image folder, only the row of all anomaly kinds together.
  public let classes: [String]
  /// The seeds compared.
  public let seeds: [Int]
  /// Number of bootstrap replicates.
  public let replicates: Int
  /// What a reader must know besides the numbers.
  public let notes: [String]
  /// The first detector with each of the others.
  public let pairs: [DetectorPair]
}

extension DetectorComparison {
  /// Compares the first detector with each of the others.
  ///
  /// - Parameters:
  ///   - path: the summary file.
  ///   - detectors: names as in the summary's table, at least two; empty for all.
  ///   - replicates: number of bootstrap replicates; detectors that share their samples share the draws.
  ///   - seed: seed of the bootstrap's draws.
  /// - Throws: `Problem` for an unknown or repeated name, for fewer than two detectors, if the file does not record the
  ///   run behind each value, and if the stored scores do not fit together.
  public init(
    summary path: String, detectors names: [String] = [], replicates: Int, seed: UInt64 = 0
  ) throws {
    let summary = try Summary.read(from: path)
    guard let runs = summary.runs else {
      throw Problem(
        .badData, at: path, "the summary does not record the run behind each value",
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

/// Two detectors compared on the same test samples.
public struct DetectorPair: Sendable, Equatable {
  /// The tests of one class and seed.
  public struct Cell: Sendable, Equatable {
    /// Name of the class.
    public let name: String
    /// Seed of the compared runs.
    public let seed: Int
    /// nil if either detector has no run, or no scores at the headline's epoch.
    public let tests: PairedTests?
  }

  /// The first detector; differences are its values minus the second's.
  public let first: String
  /// The detector that the first is compared with.
  public let second: String
  /// By class, then by seed.
  public let cells: [Cell]

  /// The differences of one class over seeds; seeds with a missing run are left out.
  public func overSeeds(_ name: String) -> PairedDifferences {
    PairedDifferences(differences { $0.name == name })
  }

  /// The mean differences over classes, by seed; a seed with a missing class is left out.
  public var overSeedsOfMeans: PairedDifferences {
    let seeds = unique(cells.map(\.seed))
    let classes = Set(cells.map(\.name)).count
    return PairedDifferences(
      seeds.compactMap { seed in
        let differences = differences { $0.seed == seed }
        return differences.count == classes ? PairedDifferences(differences).mean : nil
      })
  }

  /// The mean differences over seeds, by class; a class without any run is left out.
  public var overClasses: PairedDifferences {
    PairedDifferences(
      unique(cells.map(\.name)).map { overSeeds($0).mean }.filter { !$0.isNaN })
  }

  private func differences(_ isWanted: (Cell) -> Bool) -> [Double] {
    cells.filter(isWanted).compactMap { $0.tests?.difference.value }
  }

  /// Distinct values, in order of first appearance.
  private func unique<Value: Hashable>(_ values: [Value]) -> [Value] {
    var known: Set<Value> = []
    return values.filter { known.insert($0).inserted }
  }
}

/// The tests of two detectors on the test samples of one class and seed.
public struct PairedTests: Sendable, Equatable {
  /// Normal test samples that both scored.
  public let normalCount: Int
  /// Anomalous test samples that both scored.
  public let anomalousCount: Int
  /// The first detector's AUROC.
  public let first: DeLong
  /// The second detector's AUROC.
  public let second: DeLong
  /// The first's AUROC minus the second's.
  public let difference: DeLong
  /// The 95 % bootstrap interval of the difference.
  public let bootstrap: Interval
}
