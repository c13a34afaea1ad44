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

    /// Whether there is a result.
    public var isDone: Bool {
      switch state {
      case .done, .doneInSummary: true
      case .missing, .failed: false
      }
    }
  }

  public let experiment: Experiment
  public let dataset: Dataset
  public let results: String
  /// Rung by rung where configurations are halved: the rungs that results have decided so far.
  public let entries: [Entry]
  /// Runs in the summary or in the folder that the experiment no longer asks for.
  public let stale: [String]
  /// Rungs of successive halving whose configurations are not decided yet.
  public let openRungs: [Halving.Rung]

  /// What is to be run: what is not there, whether or not it was tried.
  public var missing: [Entry] { entries.filter { !$0.isDone } }
  public var runs: [IdentifiedRun] { entries.map(\.run) }
  public var summaryPath: String { SummaryFile.path(results: results, experiment: experiment.name) }

  /// Loads the data, looks up which runs are done, and makes sure that the others can be trained.
  ///
  /// - Parameter results: the folder of all results.
  /// - Throws: `Problem` when data or an existing result cannot be read, or when a run that is missing does not
  ///   fit the data.
  public init(_ experiment: Experiment, data: DataSearchPath, results: String) throws {
    try Self.refuseFile(results)
    let dataset = try Dataset.load(experiment.dataset, from: data)
    try Self.refuseAmbiguousRows(dataset, of: experiment)
    try self.init(experiment, dataset: dataset, results: results)
  }

  private init(_ experiment: Experiment, dataset: Dataset, results: String) throws {
    self.experiment = experiment
    self.dataset = dataset
    self.results = results
    let stored = try StoredIdentifiers(experiment: experiment.name, results: results)
    var fits = SplitCheck(dataset, spec: experiment.source.path)
    (entries, openRungs) = try Self.rungs(of: experiment, dataset: dataset, results: results) { run in
      let state = try stored.state(of: run.identifier)
      if state == .missing { try fits.check(run.run) }
      return Entry(run: run, state: state)
    }
    stale = stored.all.subtracting(entries.lazy.map(\.run.identifier)).sorted()
  }

  /// The plan anew where results have decided on another rung; nil where there is nothing more to run.
  public func continued() throws -> Plan? {
    guard !openRungs.isEmpty else { return nil }
    let next = try Plan(experiment, dataset: dataset, results: results)
    return next.entries.count > entries.count ? next : nil
  }

  /// The entries of all configurations; of those that are halved, rung by rung as far as results tell.
  private static func rungs(
    of experiment: Experiment, dataset: Dataset, results: String, entry: (IdentifiedRun) throws -> Entry
  ) throws -> (entries: [Entry], open: [Halving.Rung]) {
    func entries(_ configuration: Configuration, epochs: Int?) throws -> [Entry] {
      try experiment.identifiedRuns(
        of: configuration, epochs: epochs, dataFingerprint: dataset.fingerprint
      ).map(entry)
    }
    let rungs = experiment.rungs
    guard !rungs.isEmpty, let criterion = experiment.sweep?.criterion else {
      return (try experiment.configurations.flatMap { try entries($0, epochs: nil) }, [])
    }
    let reader = try CriterionReader(criterion, experiment: experiment.name, results: results)
    var all: [Entry] = []
    var configurations = experiment.configurations
    for (index, rung) in rungs.enumerated() {
      let onRung = try configurations.map { try entries($0, epochs: rung.epochs) }
      all += onRung.joined()
      // A configuration with a run that failed has no mean, and comes last.
      guard onRung.joined().allSatisfy({ $0.state != .missing }), index + 1 < rungs.count else {
        return (all, Array(rungs[(index + 1)...]))
      }
      let scores = try onRung.map { try reader.mean(of: $0.lazy.map(\.run)) }
      let ranking = scores.indices.sorted { a, b in
        criterion.isBetter(scores[a], than: scores[b])
          || (!criterion.isBetter(scores[b], than: scores[a]) && a < b)
      }
      configurations = ranking.prefix(rungs[index + 1].configurations).sorted().map { configurations[$0] }
    }
    return (all, [])
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
