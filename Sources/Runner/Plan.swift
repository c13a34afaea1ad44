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
    /// It was tried and failed, for this reason; it will be tried again.
    case failed(String)
  }

  public struct Entry: Sendable {
    public let run: IdentifiedRun
    public let state: State
  }

  public let experiment: Experiment
  public let dataset: Dataset
  public let results: String
  public let entries: [Entry]
  /// Runs in the summary or in the folder that the experiment no longer asks for.
  public let stale: [String]

  /// What is to be run: what is not there, whether or not it was tried.
  public var missing: [Entry] {
    entries.filter { entry in
      switch entry.state {
      case .done, .doneInSummary: false
      case .missing, .failed: true
      }
    }
  }
  public var runs: [IdentifiedRun] { entries.map(\.run) }
  public var summaryPath: String { SummaryFile.path(results: results, experiment: experiment.name) }

  /// Loads the data, looks up which runs are done, and makes sure that the others can be trained.
  ///
  /// - Parameter results: the folder of all results.
  /// - Throws: `Problem` when data or an existing result cannot be read, or when a run that is missing does not
  ///   fit the data.
  public init(_ experiment: Experiment, data: DataSearchPath, results: String) throws {
    self.experiment = experiment
    self.results = results
    try Self.refuseFile(results)
    let dataset = try Dataset.load(experiment.dataset, from: data)
    self.dataset = dataset
    try Self.refuseAmbiguousRows(dataset, of: experiment)
    let fingerprint = dataset.fingerprint
    let summaryPath = SummaryFile.path(results: results, experiment: experiment.name)
    let summarised =
      FileManager.default.fileExists(atPath: summaryPath) ? try Summary.runIdentifiers(in: summaryPath) : []
    entries = try experiment.runs.map { run in
      let identified = IdentifiedRun(run, dataFingerprint: fingerprint)
      let state = try Self.state(
        identified.identifier, experiment: experiment.name, results: results, summarised: summarised)
      if state == .missing { _ = try run.split(dataset, spec: experiment.source.path) }
      return Entry(run: identified, state: state)
    }
    let wanted = Set(entries.map(\.run.identifier))
    let folder = "\(results)/\(experiment.name)/runs"
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let stored = summarised.union(files.filter { $0.hasSuffix(".h5") }.map { String($0.dropLast(3)) })
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
    _ identifier: String, experiment: String, results: String, summarised: Set<String>
  ) throws -> State {
    let path = RunFile.path(results: results, experiment: experiment, identifier: identifier)
    if try RunFile.exists(at: path, identifier: identifier) { return .done }
    if summarised.contains(identifier) { return .doneInSummary }
    let note = FailureNote.path(results: results, experiment: experiment, identifier: identifier)
    return FailureNote.read(note).map(State.failed) ?? .missing
  }
}
