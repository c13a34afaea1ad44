import Datasets
import Diagnostics
import Foundation
import Results
import Settings
import Specs

/// An experiment's runs and their state: what is done and what would be executed.
public struct Plan: Sendable {
  /// What a run has to show so far.
  public enum State: Sendable, Equatable {
    /// Its own file exists.
    case done
    /// Its result is in the summary, but its own file, with the weights, is not here.
    case doneInSummary
    case missing
    /// Trained, but some of its declared evaluations are missing.
    case lacking(Lack)
    /// It failed, or a further evaluation of it; it is retried only on request.
    case failed(RunFailure)
  }

  /// A run and its state.
  public struct Entry: Sendable {
    /// The run, with the evaluations of all entries that share its training.
    public internal(set) var run: IdentifiedRun
    /// What the run has to show so far.
    public internal(set) var state: State
    /// Whether the run was interrupted and will be resumed.
    public let hasCheckpoint: Bool
  }

  /// The experiment that is planned.
  public let experiment: Experiment
  /// The experiment's data set, loaded.
  public let dataset: Dataset
  /// The folder of all results.
  public let results: String
  /// The runs; with successive halving, of the rungs that results have decided so far, in order.
  public let entries: [Entry]
  /// The ids in names of files written by an earlier version, by the runs' current ids.
  private let earlierNames: [String: String]
  /// Runs in the summary or the folder that the experiment no longer asks for.
  public let stale: [String]
  /// Rungs of successive halving whose configurations are still undecided.
  public let openRungs: [Halving.Rung]

  /// Runs without a complete result.
  public var missing: [Entry] {
    entries.filter { entry in
      switch entry.state {
      case .missing, .lacking: true
      case .done, .doneInSummary, .failed: false
      }
    }
  }

  /// The number of runs in each state.
  public var counts: (done: Int, missing: Int, failed: Int) {
    entries.reduce(into: (0, 0, 0)) { counts, entry in
      switch entry.state {
      case .done, .doneInSummary: counts.done += 1
      case .missing, .lacking: counts.missing += 1
      case .failed: counts.failed += 1
      }
    }
  }

  /// The runs to execute, in the experiment's order.
  public func wanted(retryingFailed: Bool) -> [Entry] {
    entries.filter { entry in
      switch entry.state {
      case .done, .doneInSummary: false
      case .missing, .lacking: true
      case .failed: retryingFailed
      }
    }
  }

  /// All runs, in the order of `entries`.
  public var runs: [IdentifiedRun] { entries.map(\.run) }

  /// The files that belong to a run.
  public func files(of run: IdentifiedRun) -> RunPaths {
    RunPaths(
      results: results, experiment: experiment.name, identifier: run.identifier,
      earlier: earlierNames[run.identifier], earlierCheckpoint: run.earlierIdentifier)
  }

  /// All ids under which files of the runs may be stored, including those from earlier versions of the program.
  var storedNames: Set<String> { Set(runs.flatMap { storedNames(of: $0) }) }

  /// Those of the runs that have all that the experiment asks of them.
  var doneNames: Set<String> {
    let unfinished = entries.filter { ![.done, .doneInSummary].contains($0.state) }
    return storedNames.subtracting(unfinished.flatMap { storedNames(of: $0.run) })
  }

  private func storedNames(of run: IdentifiedRun) -> [String] {
    [run.identifier, run.earlierIdentifier] + (earlierNames[run.identifier].map { [$0] } ?? [])
  }

  /// The path of the experiment's summary file.
  public var summaryPath: String { SummaryFile.path(results: results, experiment: experiment.name) }

  /// Loads the data, looks up which runs are done, and checks that the others can be trained.
  ///
  /// - Parameters:
  ///   - results: the folder of all results.
  ///   - mostRungs: the most rungs of successive halving to plan, to match another process; nil for all decided ones.
  /// - Throws: `Problem` if data or an existing result cannot be read, or a missing run does not fit the data.
  public init(
    _ experiment: Experiment, data: DataSearchPath, results: String, mostRungs: Int? = nil
  ) throws {
    try Self.refuseFile(results)
    let dataset = try Dataset.load(experiment.dataset, from: data)
    try Self.refuseAmbiguousRows(dataset, of: experiment)
    try self.init(experiment, dataset: dataset, results: results, mostRungs: mostRungs)
  }

  init(_ experiment: Experiment, dataset: Dataset, results: String, mostRungs: Int?) throws {
    self.experiment = experiment
    self.dataset = dataset
    self.results = results
    let stored = try StoredIdentifiers(experiment, results: results)
    var sizes = SplitSizes(dataset, spec: experiment.source.path)
    let ladder = Ladder(experiment: experiment, dataFingerprint: dataset.fingerprint, results: results)
    (entries, openRungs) = try Self.entries(ladder, stored, mostRungs: mostRungs) { _ = try sizes($0) }
    earlierNames = stored.earlier
    stale = stored.all.subtracting(entries.lazy.map(\.run.identifier)).sorted()
  }

  /// Looks up the runs.
  ///
  /// - Parameter check: gets each run without any result.
  static func entries(
    _ ladder: Ladder, _ stored: StoredIdentifiers, mostRungs: Int? = nil,
    check: (Run) throws -> Void = { _ in }
  ) throws -> (entries: [Entry], open: [Halving.Rung]) {
    let (declared, open) = try ladder.entries(mostRungs: mostRungs) { run in
      let state = try stored.state(of: run)
      if state == .missing { try check(run.run) }
      return Entry(run: run, state: state, hasCheckpoint: stored.hasCheckpoint(run))
    }
    return (try united(declared, stored), open)
  }

  /// Merges the evaluations of entries that share one training and differ only in its evaluation.
  private static func united(_ entries: [Entry], _ stored: StoredIdentifiers) throws -> [Entry] {
    let groups = Dictionary(grouping: entries, by: \.run.identifier)
    guard groups.count < entries.count else { return entries }
    return try entries.map { entry in
      var united = entry
      for other in groups[entry.run.identifier] ?? [] {
        united.run.evaluations += other.run.evaluations.filter { !united.run.evaluations.contains($0) }
      }
      if united.run.evaluations.count > entry.run.evaluations.count {
        united.state = try stored.state(of: united.run)
      }
      return united
    }
  }

  private static func refuseFile(_ results: String) throws(Problem) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: results, isDirectory: &isFolder), !isFolder.boolValue else {
      return
    }
    throw Problem(
      .inputOutput, at: results, "is a file, not the folder of results", hint: "give another with --results")
  }

  /// Refuses an anomaly kind with the name of the row that combines all kinds.
  private static func refuseAmbiguousRows(_ dataset: Dataset, of experiment: Experiment) throws(Problem) {
    let kinds = dataset.anomalyClasses.map { dataset.classNames[$0] }
    for row in experiment.heldOutClasses where kinds.contains(row) {
      throw Problem(
        .badData, at: dataset.title, "an anomaly kind is called '\(row)', the name of the row for all kinds",
        hint: "rename its folder")
    }
  }
}
