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
    /// It was tried and failed; it is tried again only where that is asked for.
    case failed(RunFailure)
  }

  public struct Entry: Sendable {
    public let run: IdentifiedRun
    public let state: State
    /// Whether the run was stopped in the middle, so that it will be continued.
    public let hasCheckpoint: Bool
  }

  public let experiment: Experiment
  public let dataset: Dataset
  public let results: String
  public let entries: [Entry]
  /// The version of the numerics that the runs' ids are of.
  public let numerics: Int
  /// Runs in the summary or in the folder that the experiment no longer asks for.
  public let stale: [String]

  /// What has no result.
  public var missing: [Entry] { entries.filter { $0.state == .missing } }

  /// What was tried and failed.
  public var failed: [Entry] {
    entries.filter { entry in if case .failed = entry.state { true } else { false } }
  }

  /// What is to be run, in the experiment's order.
  public func wanted(retryingFailed: Bool) -> [Entry] {
    entries.filter { entry in
      switch entry.state {
      case .done, .doneInSummary: false
      case .missing: true
      case .failed: retryingFailed
      }
    }
  }

  public var runs: [IdentifiedRun] { entries.map(\.run) }
  public var summaryPath: String { SummaryFile.path(results: results, experiment: experiment.name) }

  /// Loads the data, looks up which runs are done, and makes sure that the others can be trained.
  ///
  /// - Parameters:
  ///   - results: the folder of all results.
  ///   - numerics: the version of the numerics; another than this program's only to ask what would be.
  /// - Throws: `Problem` when data or an existing result cannot be read, or when a run that is missing does not
  ///   fit the data.
  public init(
    _ experiment: Experiment, data: DataSearchPath, results: String, numerics: Int = numericsVersion
  ) throws {
    self.experiment = experiment
    self.results = results
    self.numerics = numerics
    try Self.refuseFile(results)
    let dataset = try Dataset.load(experiment.dataset, from: data)
    self.dataset = dataset
    try Self.refuseAmbiguousRows(dataset, of: experiment)
    let fingerprint = dataset.fingerprint
    let summaryPath = SummaryFile.path(results: results, experiment: experiment.name)
    let hasSummary = FileManager.default.fileExists(atPath: summaryPath)
    let summarised = hasSummary ? try Summary.runIdentifiers(in: summaryPath) : []
    let failures = hasSummary ? try Summary.failures(in: summaryPath) : []
    let failed = Dictionary(failures.map { ($0.identifier, $0.failure) }) { first, _ in first }
    entries = try experiment.runs.map { run in
      let identified = IdentifiedRun(run, dataFingerprint: fingerprint, numerics: numerics)
      let paths = RunPaths(
        results: results, experiment: experiment.name, identifier: identified.identifier)
      let state = try Self.state(identified.identifier, paths, summarised: summarised, failed: failed)
      if state == .missing { _ = try run.split(dataset, spec: experiment.source.path) }
      return Entry(
        run: identified, state: state,
        hasCheckpoint: FileManager.default.fileExists(atPath: paths.checkpoint))
    }
    let wanted = Set(entries.map(\.run.identifier))
    let folder = "\(results)/\(experiment.name)/runs"
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let runFiles = files.filter { $0.hasSuffix(".h5") && !CheckpointFile.isName($0) }
    let stored = summarised.union(runFiles.map { String($0.dropLast(3)) })
    stale = stored.subtracting(wanted).sorted()
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

  private static func state(
    _ identifier: String, _ paths: RunPaths, summarised: Set<String>, failed: [String: RunFailure]
  ) throws -> State {
    if try RunFile.exists(at: paths.run, identifier: identifier) { return .done }
    if summarised.contains(identifier) { return .doneInSummary }
    return (try FailureFile.read(paths.failure) ?? failed[identifier]).map(State.failed) ?? .missing
  }
}
