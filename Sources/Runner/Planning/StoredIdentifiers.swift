import Diagnostics
import Foundation
import Results
import Settings
import Specs

/// Which runs have stored anything, from one scan of the folder and the summary.
struct StoredIdentifiers {
  private let experiment: String
  private let results: String
  private let folder: RunFolder
  private let summarized: SummarizedRuns?
  /// By id, according to the summary.
  private let failures: [String: RunFailure]
  /// The ids in names of files written by an earlier version, by the runs' current ids.
  private(set) var earlier: [String: String] = [:]

  /// - Throws: `Problem` if the folder or the summary exists but cannot be read, or belongs to another spec.
  init(_ experiment: Experiment, results: String) throws {
    self.experiment = experiment.name
    self.results = results
    let summary = SummaryFile.path(results: results, experiment: experiment.name)
    summarized =
      FileManager.default.fileExists(atPath: summary) ? try SummarizedRuns(in: summary) : nil
    try SpecOwner.require(experiment, results: results, summarized: summarized?.specPath)
    failures = summarized?.failures ?? [:]
    folder = try RunFolder(results: results, experiment: experiment.name)
    for name in folder.finished {
      let path = RunFile.path(results: results, experiment: experiment.name, identifier: name)
      // A damaged file is refused when its run is looked up.
      if let identifier = try? RunFile.identifier(ofEarlier: path) { earlier[identifier] = name }
    }
  }

  /// All runs with a result.
  var all: Set<String> {
    folder.finished.subtracting(earlier.values).union(earlier.keys).union(summarized?.identifiers ?? [])
  }

  /// The fingerprint of the data of stored runs that the experiment asks for; nil if there are none. Where there is no
  /// summary, one run tells it: all of them usually have the same data.
  func dataFingerprint(for experiment: Experiment) throws -> String? {
    if let known = try summarized?.dataFingerprint(for: experiment) { return known }
    guard let run = folder.finished.min() else { return nil }
    let path = RunFile.path(results: results, experiment: experiment.name, identifier: run)
    let fingerprint = try RunFile.record(in: path).dataFingerprint
    let wanted = experiment.possibleIdentifiers(dataFingerprint: fingerprint)
    return all.isDisjoint(with: wanted) ? nil : fingerprint
  }

  private func files(of run: IdentifiedRun) -> RunPaths {
    RunPaths(
      results: results, experiment: experiment, identifier: run.identifier, earlier: earlier[run.identifier],
      earlierCheckpoint: run.earlierIdentifier)
  }

  /// Whether a run was interrupted and can be resumed.
  func hasCheckpoint(_ run: IdentifiedRun) -> Bool {
    folder.stopped.contains(run.identifier) || folder.stopped.contains(run.earlierIdentifier)
  }

  /// - Throws: `Problem` if the run's own file or failure record is damaged or of another kind or, without a file, its
  ///   entry in the summary is.
  func state(of run: IdentifiedRun) throws -> Plan.State {
    let (identifier, files) = (run.identifier, files(of: run))
    var lack: Lack?
    if folder.finished.contains(identifier) || earlier[identifier] != nil {
      lack = try files.lack(of: run)
      if lack == nil { return .done }
    } else if let history = try summarized?.history(of: identifier) {
      lack = Lack(run, history, keptEpochs: nil)
      if lack == nil { return .doneInSummary }
    }
    let own = folder.failed.contains(identifier) ? try FailureFile.read(files.failure) : nil
    // A failure in the summary is of a run without any result.
    if let lack { return own.map(Plan.State.failed) ?? .lacking(lack) }
    let failure = own ?? failures[identifier] ?? failures[run.earlierIdentifier]
    return failure.map(Plan.State.failed) ?? .missing
  }

  /// The failed runs among those given, in their order.
  ///
  /// - Throws: see `state(of:)`.
  func failures(among runs: [IdentifiedRun]) throws -> [FailedRun] {
    if folder.failed.isEmpty, failures.isEmpty { return [] }
    return try runs.compactMap { run in
      guard
        folder.failed.contains(run.identifier) || failures[run.identifier] != nil
          || failures[run.earlierIdentifier] != nil,
        case .failed(let failure) = try state(of: run)
      else { return nil }
      return FailedRun(run, failure)
    }
  }
}

extension RunPaths {
  private var hasRun: Bool { FileManager.default.fileExists(atPath: storedRun) }

  /// What the run's own file lacks; nil if nothing, or if there is no such file.
  ///
  /// - Throws: `Problem` if it is damaged or of another kind or run.
  func lack(of run: IdentifiedRun) throws -> Lack? {
    guard hasRun else { return nil }
    let history = try RunFile.history(at: storedRun, identifier: run.identifier)
    return Lack(run, history, keptEpochs: try WeightsFile.epochs(beside: self.run))
  }

  /// Whether the run's own file has all that is asked of the run; throws like `lack`.
  func isComplete(_ run: IdentifiedRun) throws -> Bool { try hasRun && lack(of: run) == nil }
}

/// Declared evaluations that a finished run lacks, and how to compute them.
public struct Lack: Sendable, Equatable {
  /// How missing evaluations can be computed.
  public enum Remedy: Sendable, Equatable {
    /// The weights of every epoch are kept.
    case evaluatingAllEpochs
    /// Only the last epoch's weights are kept, so no best epoch can be chosen.
    case evaluatingLastEpoch
    /// There are no weights, or the headline needs every epoch's.
    case training
  }

  /// The missing evaluations; at least one.
  public var evaluations: [Evaluation]
  /// How to compute them.
  public var remedy: Remedy

  /// nil if nothing is missing.
  ///
  /// - Parameter keptEpochs: epochs before the last whose weights are kept; nil if there are no weights at all.
  init?(_ run: IdentifiedRun, _ history: RunHistory, keptEpochs: Set<Int>?) {
    let stored = Dictionary(history.scores.map { ($0.key, $0) }) { first, _ in first }
    let view = run.run.headlineView
    evaluations = run.evaluations.filter { evaluation in
      !run.run.scores(in: [evaluation]).allSatisfy { key in
        guard let score = stored[key] else { return false }
        // Not by its measures: a test set of normals alone gives none.
        return key != view.score || score.epoch(of: view.epoch) > 0
      }
    }
    guard !evaluations.isEmpty else { return nil }
    let epochs = history.evaluatedEpochs
    let needed = run.run.detector.isReadEveryEpoch ? Set(1..<max(1, epochs)) : []
    let isWithinEpochs = evaluations.contains { $0.evaluateEvery > 0 }
    let headlineNeedsAll = view.epoch != .last && evaluations.contains(view.score.evaluation)
    if let keptEpochs, !isWithinEpochs, needed.isSubset(of: keptEpochs) {
      remedy = .evaluatingAllEpochs
    } else if keptEpochs != nil, !isWithinEpochs, !headlineNeedsAll {
      remedy = .evaluatingLastEpoch
    } else {
      remedy = .training
    }
  }
}
