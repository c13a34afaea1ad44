import Diagnostics
import Foundation
import Results

/// Which runs have left something behind, from one look at the folder and at the summary.
struct StoredIdentifiers {
  private let experiment: String
  private let results: String
  private let folder: RunFolder
  private let summarised: SummarisedRuns?
  /// By id, as the summary tells.
  private let failures: [String: RunFailure]

  /// - Throws: `Problem` when the folder or the summary is there and cannot be read.
  init(experiment: String, results: String) throws {
    self.experiment = experiment
    self.results = results
    let summary = SummaryFile.path(results: results, experiment: experiment)
    summarised =
      FileManager.default.fileExists(atPath: summary) ? try SummarisedRuns(in: summary) : nil
    failures = summarised?.failures ?? [:]
    folder = try RunFolder(results: results, experiment: experiment)
  }

  /// All runs with a result.
  var all: Set<String> { folder.finished.union(summarised?.identifiers ?? []) }

  /// Whether a run was stopped in the middle.
  func hasCheckpoint(_ identifier: String) -> Bool { folder.stopped.contains(identifier) }

  /// - Throws: `Problem` when the run's own file or its record of a failure is none or damaged or, where there is no
  ///   file, what the summary holds of it.
  func state(of identifier: String) throws -> Plan.State {
    let paths = RunPaths(results: results, experiment: experiment, identifier: identifier)
    if folder.finished.contains(identifier), try RunFile.exists(at: paths.run, identifier: identifier) {
      return .done
    }
    if let summarised, try summarised.holds(identifier) { return .doneInSummary }
    let failure =
      folder.failed.contains(identifier) ? try FailureFile.read(paths.failure) : nil
    return (failure ?? failures[identifier]).map(Plan.State.failed) ?? .missing
  }
}
