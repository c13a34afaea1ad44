import Diagnostics
import Foundation
import Results

/// Gathers the runs of an experiment in its summary.
public struct Collector {
  private let plan: Plan
  private let threads: Int
  private var lastEnd: ContinuousClock.Instant?
  private var lastCost = Duration.zero

  /// How much longer than collecting the running between two collections lasts.
  private static let runningPerCollecting = 20.0

  /// - Parameter threads: that compute, for the summary's record of where it was made.
  public init(_ plan: Plan, threads: Int) {
    self.plan = plan
    self.threads = threads
  }

  /// Writes the summary anew.
  public func collect() throws {
    try SummaryFile.collect(
      plan.experiment, runs: plan.runs, results: plan.results, provenance: .current(threads: threads))
  }

  /// Writes the summary at once after the first run, then so that it takes at most a twentieth of the time, since
  /// writing it costs as much as there are runs.
  mutating func collectNowAndThen() throws {
    let begin = ContinuousClock.now
    if let lastEnd, begin - lastEnd < lastCost * Self.runningPerCollecting { return }
    try collect()
    lastEnd = .now
    lastCost = .now - begin
  }

  /// Whether every run has a result, or the record that it failed.
  func isComplete() throws -> Bool {
    let folder = try plan.folder()
    return plan.missing.allSatisfy { entry in
      [folder.finished, folder.failed].contains { $0.contains(entry.run.identifier) }
    }
  }

  /// The runs of the experiment that have failed, as the summary tells.
  public func failures() throws -> [FailedRun] { try Summary.failures(in: plan.summaryPath) }

  /// Gathers what there is when the experiment ends by an error, which is the one to tell of; a summary of nothing
  /// helps nobody.
  func collectAfterError() {
    guard let folder = try? plan.folder(),
      plan.entries.contains(where: { folder.finished.contains($0.run.identifier) })
    else { return }
    try? collectIfNeeded()
  }

  /// The summary may be missing, lack runs or failures, or be made for another choice of classes or seeds.
  public func collectIfNeeded() throws {
    guard FileManager.default.fileExists(atPath: plan.summaryPath) else { return try collect() }
    let known = try SummarizedRuns(in: plan.summaryPath)
    let summary = try Summary.read(from: plan.summaryPath)
    let folder = try plan.folder()
    let isComplete = try plan.runs.allSatisfy { run in
      let (identifier, failure) = (run.identifier, known.failures[run.identifier])
      let history = try known.history(of: identifier)
      if let history, Lack(run, history, keptEpochs: nil) == nil { return failure == nil }
      if FileManager.default.fileExists(atPath: plan.files(of: run).storedRun) { return false }
      guard folder.failed.contains(identifier) else { return true }
      return try FailureFile.read(plan.files(of: run).failure).map { $0 == failure } ?? true
    }
    if !isComplete || summary.resolvedSpec != plan.experiment.resolvedYAML { try collect() }
  }
}

extension Plan {
  /// What lies in the folder of the runs at the moment.
  func folder() throws(Problem) -> RunFolder {
    try RunFolder(results: results, experiment: experiment.name)
  }

  /// Makes the folders of results and runs.
  func createFolders() throws(Problem) {
    try AtomicFile.createFolder(results)
    try AtomicFile.createFolder("\(results)/\(experiment.name)/runs")
  }
}
