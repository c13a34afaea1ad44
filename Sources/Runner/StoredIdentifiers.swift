import Diagnostics
import Foundation
import Results

/// Which runs have left something behind, from one look at the folder and at the summary, so that asking for each
/// of many thousand runs costs no system call.
struct StoredIdentifiers {
  private let experiment: String
  private let results: String
  private let files: Set<String>
  private let notes: Set<String>
  private let summarised: SummarisedRuns?

  /// - Throws: `Problem` when the folder or the summary is there and cannot be read.
  init(experiment: String, results: String) throws {
    self.experiment = experiment
    self.results = results
    let summary = SummaryFile.path(results: results, experiment: experiment)
    summarised =
      FileManager.default.fileExists(atPath: summary) ? try SummarisedRuns(in: summary) : nil
    let folder = "\(results)/\(experiment)/runs"
    let names = try Self.names(in: folder)
    func identifiers(_ ending: String) -> Set<String> {
      Set(names.lazy.filter { $0.hasSuffix(ending) }.map { String($0.dropLast(ending.count)) })
    }
    files = identifiers(".h5")
    notes = identifiers(".failed")
  }

  /// All runs with a result.
  var all: Set<String> { files.union(summarised?.identifiers ?? []) }

  /// - Throws: `Problem` when the run's own file is none or damaged or, where there is no file, what the summary
  ///   holds of it.
  func state(of identifier: String) throws -> Plan.State {
    if files.contains(identifier) {
      let path = RunFile.path(results: results, experiment: experiment, identifier: identifier)
      if try RunFile.exists(at: path, identifier: identifier) { return .done }
    }
    if let summarised, try summarised.holds(identifier) { return .doneInSummary }
    guard notes.contains(identifier) else { return .missing }
    let note = FailureNote.path(results: results, experiment: experiment, identifier: identifier)
    return FailureNote.read(note).map(Plan.State.failed) ?? .missing
  }

  private static func names(in folder: String) throws(Problem) -> [String] {
    guard FileManager.default.fileExists(atPath: folder) else { return [] }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw Problem(
        .inputOutput, at: folder, "the folder of the runs cannot be read: \(systemReason(error))",
        hint: "give another with --results")
    }
  }
}
