import Diagnostics
import Foundation
import Results

/// Collects the runs of an experiment in its summary.
public struct Collector {
  private let plan: Plan
  private let threads: Int
  private var lastEnd: ContinuousClock.Instant?
  private var lastCost = Duration.zero

  /// The minimum time between two collections, as a multiple of the last one's duration.
  private static let runningPerCollecting = 20.0

  /// - Parameter threads: compute threads, recorded in the summary's provenance.
  public init(_ plan: Plan, threads: Int) {
    self.plan = plan
    self.threads = threads
  }

  /// Rewrites the summary.
  public func collect() throws {
    try SummaryFile.collect(
      plan.experiment, runs: plan.runs, results: plan.results, provenance: .current(threads: threads))
  }

  /// Writes the summary after the first run, and then so rarely that it takes at most a twentieth of the time, since
  /// its cost grows with the number of runs.
  mutating func collectNowAndThen() throws {
    let begin = ContinuousClock.now
    if let lastEnd, begin - lastEnd < lastCost * Self.runningPerCollecting { return }
    try collect()
    lastEnd = .now
    lastCost = .now - begin
  }

  /// Whether every run has a result or a recorded failure.
  func isComplete() throws -> Bool {
    let folder = try plan.folder()
    return plan.missing.allSatisfy { entry in
      [folder.finished, folder.failed].contains { $0.contains(entry.run.identifier) }
    }
  }

  /// The experiment's failed runs, including finished ones whose further evaluation failed.
  public func failures() throws -> [FailedRun] {
    try StoredIdentifiers(plan.experiment, results: plan.results).failures(among: plan.runs)
  }

  /// Collects the finished runs when the experiment ends with an error. Further errors are dropped in favor of that
  /// one, and no empty summary is written.
  func collectAfterError() {
    guard let folder = try? plan.folder(),
      plan.entries.contains(where: { folder.finished.contains($0.run.identifier) })
    else { return }
    try? collectIfNeeded()
  }

  /// Rewrites the summary if it is missing, lacks runs or failures, or was made for another choice of classes or seeds.
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
  /// The current contents of the folder of runs.
  func folder() throws(Problem) -> RunFolder {
    try RunFolder(results: results, experiment: experiment.name)
  }

  /// Creates the folders for results and runs, and records whose they are.
  func createFolders() throws(Problem) {
    try AtomicFile.createFolder(results)
    try AtomicFile.createFolder("\(results)/\(experiment.name)/runs")
    try SpecOwner.record(experiment, results: results)
  }
}
