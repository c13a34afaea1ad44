import Diagnostics
import HDF5
import Specs

/// The runs in a summary file: which exist and which failed is read at once, how one was evaluated on demand.
public struct SummarizedRuns {
  /// Ids of the runs that the summary holds.
  public let identifiers: Set<String>
  /// Why runs without a result failed, by id.
  public let failures: [String: RunFailure]
  /// The spec's path, as given on the command line.
  public let specPath: String
  /// The ids behind the table.
  private let shown: [String]
  private let group: HDF5Group

  /// - Throws: `Problem` if there is no such file, or it is not one of ours.
  public init(in path: String) throws {
    let root = try FileSchema.summary.open(path)
    do {
      group = try root.openGroup("runs")
      identifiers = Set(try group.names())
      let failed = try FailureTable.read(from: root)
      failures = Dictionary(failed.map { ($0.identifier, $0.failure) }) { first, _ in first }
      specPath = try root.openGroup("spec").attributes.readString("path")
      let table = "auc/\(SummaryTable.runName)"
      shown = try root.exists(table) ? root.openDataset(table).readStrings().values : []
    } catch {
      throw FileSchema.summary.problem(error)
    }
  }

  /// The fingerprint of the data of stored runs that the experiment asks for: the table's, if any are; nil if there are
  /// none.
  ///
  /// - Throws: `Problem` if a run is damaged.
  public func dataFingerprint(for experiment: Experiment) throws -> String? {
    var known: Set<String> = []
    do {
      for identifier in shown + identifiers.sorted() where identifiers.contains(identifier) {
        let fingerprint = try group.openGroup(identifier).attributes.readString("data_fingerprint")
        guard known.insert(fingerprint).inserted else { continue }
        let wanted = experiment.possibleIdentifiers(dataFingerprint: fingerprint)
        if wanted.contains(where: identifiers.contains) { return fingerprint }
      }
      return nil
    } catch {
      throw FileSchema.summary.problem(error)
    }
  }

  /// How many of the runs that an experiment asks for the summary holds.
  ///
  /// - Throws: `Problem` if a run is damaged.
  public func count(of experiment: Experiment) throws -> Int {
    guard let fingerprint = try dataFingerprint(for: experiment) else { return 0 }
    return experiment.possibleIdentifiers(dataFingerprint: fingerprint).count { identifiers.contains($0) }
  }

  /// The history of a run, without per-sample scores; nil if the summary does not hold it.
  ///
  /// - Throws: `Problem` if it is damaged.
  public func history(of identifier: String) throws -> RunHistory? {
    guard identifiers.contains(identifier) else { return nil }
    do { return try HistoryGroup.readCourse(from: group.openGroup(identifier)) } catch {
      throw FileSchema.summary.problem(error)
    }
  }
}

extension Experiment {
  /// The ids of all runs that the experiment asks for; with successive halving, of all configurations on every rung.
  public func possibleIdentifiers(dataFingerprint: String) -> [String] {
    let lengths: [Int?] = rungs.isEmpty ? [nil] : rungs.map { $0.epochs }
    return configurations.flatMap { configuration in
      lengths.flatMap { epochs in
        identifiedRuns(of: configuration, epochs: epochs, dataFingerprint: dataFingerprint).map(\.identifier)
      }
    }
  }
}
