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

  /// - Throws: `Problem` if the folder or the summary exists but cannot be read.
  init(experiment: String, results: String) throws {
    self.experiment = experiment
    self.results = results
    let summary = SummaryFile.path(results: results, experiment: experiment)
    summarized =
      FileManager.default.fileExists(atPath: summary) ? try SummarizedRuns(in: summary) : nil
    failures = summarized?.failures ?? [:]
    folder = try RunFolder(results: results, experiment: experiment)
    for name in folder.finished {
      let path = RunFile.path(results: results, experiment: experiment, identifier: name)
      // A damaged file is refused when its run is looked up.
      if let identifier = try? RunFile.identifier(ofEarlier: path) { earlier[identifier] = name }
    }
  }

  /// All runs with a result.
  var all: Set<String> {
    folder.finished.subtracting(earlier.values).union(earlier.keys).union(summarized?.identifiers ?? [])
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
    if folder.finished.contains(identifier) || earlier[identifier] != nil {
      let history = try RunFile.history(at: files.storedRun, identifier: identifier)
      guard let lack = Lack(run, history, keptEpochs: try WeightsFile.epochs(beside: files.run)) else {
        return .done
      }
      return .lacking(lack)
    }
    if let history = try summarized?.history(of: identifier) {
      return Lack(run, history, keptEpochs: nil).map(Plan.State.lacking) ?? .doneInSummary
    }
    let failure =
      folder.failed.contains(identifier) ? try FailureFile.read(files.failure) : nil
    let known = failure ?? failures[identifier] ?? failures[run.earlierIdentifier]
    return known.map(Plan.State.failed) ?? .missing
  }
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
        return key != view.score || score[view.epoch] != nil
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
