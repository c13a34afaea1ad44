import Datasets
import Diagnostics
import Foundation
import Results
import Settings
import Specs

/// What would run, and what is done already.
public struct Plan: Sendable {
  public enum State: Sendable, Equatable {
    /// Its own file is there.
    case done
    /// It stands in the summary; its own file, with the weights, is not here.
    case doneInSummary
    case missing
    /// Its training is there, but not all that is declared of its evaluations.
    case lacking(Lack)
    /// It was tried and failed; it is tried again only where that is asked for.
    case failed(RunFailure)
  }

  public struct Entry: Sendable {
    public internal(set) var run: IdentifiedRun
    public internal(set) var state: State
    /// Whether the run was stopped in the middle, so that it will be continued.
    public let hasCheckpoint: Bool
  }

  public let experiment: Experiment
  public let dataset: Dataset
  public let results: String
  /// Rung by rung where configurations are halved: the rungs that results have decided so far.
  public let entries: [Entry]
  /// The version of the numerics that the runs' ids are of.
  public let numerics: Int
  /// The ids in the names of files that an earlier version has written, by the runs' present ids.
  private let earlierNames: [String: String]
  /// Runs in the summary or in the folder that the experiment no longer asks for.
  public let stale: [String]
  /// Rungs of successive halving whose configurations are not decided yet.
  public let openRungs: [Halving.Rung]

  /// What has no result, or not all of it.
  public var missing: [Entry] {
    entries.filter { entry in
      switch entry.state {
      case .missing, .lacking: true
      case .done, .doneInSummary, .failed: false
      }
    }
  }

  /// What was tried and failed.
  public var failed: [Entry] {
    entries.filter { entry in if case .failed = entry.state { true } else { false } }
  }

  /// How many runs there are of each kind.
  public var counts: (done: Int, missing: Int, failed: Int) {
    entries.reduce(into: (0, 0, 0)) { counts, entry in
      switch entry.state {
      case .done, .doneInSummary: counts.done += 1
      case .missing, .lacking: counts.missing += 1
      case .failed: counts.failed += 1
      }
    }
  }

  /// What is to be run, in the experiment's order.
  public func wanted(retryingFailed: Bool) -> [Entry] {
    entries.filter { entry in
      switch entry.state {
      case .done, .doneInSummary: false
      case .missing, .lacking: true
      case .failed: retryingFailed
      }
    }
  }

  public var runs: [IdentifiedRun] { entries.map(\.run) }

  /// The files that belong to a run.
  public func files(of run: IdentifiedRun) -> RunPaths {
    RunPaths(
      results: results, experiment: experiment.name, identifier: run.identifier,
      earlier: earlierNames[run.identifier], earlierCheckpoint: run.earlierIdentifier)
  }

  /// The ids under which files of the runs may lie, those that earlier versions of the program gave them included.
  var storedNames: Set<String> {
    Set(
      runs.flatMap {
        [$0.identifier, $0.earlierIdentifier] + (earlierNames[$0.identifier].map { [$0] } ?? [])
      })
  }
  public var summaryPath: String { SummaryFile.path(results: results, experiment: experiment.name) }

  /// Loads the data, looks up which runs are done, and makes sure that the others can be trained.
  ///
  /// - Parameters:
  ///   - results: the folder of all results.
  ///   - numerics: the version of the numerics; another than this program's only to ask what would be.
  ///   - mostRungs: of successive halving, to plan no further than another process has; nil for all that are decided.
  /// - Throws: `Problem` when data or an existing result cannot be read, or when a run that is missing does not
  ///   fit the data.
  public init(
    _ experiment: Experiment, data: DataSearchPath, results: String, numerics: Int = numericsVersion,
    mostRungs: Int? = nil
  ) throws {
    try Self.refuseFile(results)
    let dataset = try Dataset.load(experiment.dataset, from: data)
    try Self.refuseAmbiguousRows(dataset, of: experiment)
    try self.init(
      experiment, dataset: dataset, results: results, numerics: numerics, mostRungs: mostRungs)
  }

  init(
    _ experiment: Experiment, dataset: Dataset, results: String, numerics: Int, mostRungs: Int?
  ) throws {
    self.experiment = experiment
    self.dataset = dataset
    self.results = results
    self.numerics = numerics
    let stored = try StoredIdentifiers(experiment: experiment.name, results: results)
    var sizes = SplitSizes(dataset, spec: experiment.source.path)
    let ladder = Ladder(
      experiment: experiment, dataFingerprint: dataset.fingerprint, numerics: numerics, results: results)
    let (declared, openRungs) = try ladder.entries(mostRungs: mostRungs) { run in
      let state = try stored.state(of: run)
      if state == .missing { _ = try sizes(run.run) }
      return Entry(run: run, state: state, hasCheckpoint: stored.hasCheckpoint(run))
    }
    self.openRungs = openRungs
    earlierNames = stored.earlier
    entries = try Self.united(declared, stored)
    stale = stored.all.subtracting(entries.lazy.map(\.run.identifier)).sorted()
  }

  /// Entries of one training, which differ in how it is evaluated, each with the evaluations of all of them.
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

  /// The row of all kinds together must not share its name with a kind.
  private static func refuseAmbiguousRows(_ dataset: Dataset, of experiment: Experiment) throws(Problem) {
    let kinds = dataset.anomalyClasses.map { dataset.classNames[$0] }
    for row in experiment.heldOutClasses where kinds.contains(row) {
      throw Problem(
        .badData, at: dataset.title, "a kind of anomaly is called '\(row)', as all kinds together are",
        hint: "rename its folder")
    }
  }
}
