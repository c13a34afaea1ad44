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
  func isComplete() -> Bool {
    plan.missing.allSatisfy { entry in
      let files = plan.files(of: entry.run)
      return [files.run, files.failure].contains { FileManager.default.fileExists(atPath: $0) }
    }
  }

  /// The runs of the experiment that have failed, as the summary tells.
  public func failures() throws -> [FailedRun] { try Summary.failures(in: plan.summaryPath) }

  /// Gathers what there is when the experiment ends by an error, which is the one to tell of; a summary of nothing
  /// helps nobody.
  func collectAfterError() {
    guard plan.runs.contains(where: { FileManager.default.fileExists(atPath: plan.files(of: $0).run) }) else {
      return
    }
    try? collectIfNeeded()
  }

  /// The summary may be missing, lack runs or failures, or be made for another choice of classes or seeds.
  public func collectIfNeeded() throws {
    guard FileManager.default.fileExists(atPath: plan.summaryPath) else { return try collect() }
    let known = try Summary.runIdentifiers(in: plan.summaryPath)
    let summary = try Summary.read(from: plan.summaryPath)
    let failures = Dictionary(summary.failures.map { ($0.identifier, $0.failure) }) { first, _ in first }
    let isComplete = try plan.runs.allSatisfy { run in
      if known.contains(run.identifier) { return failures[run.identifier] == nil }
      let files = plan.files(of: run)
      if FileManager.default.fileExists(atPath: files.run) { return false }
      return try FailureFile.read(files.failure).map { $0 == failures[run.identifier] } ?? true
    }
    if !isComplete || summary.resolvedSpec != plan.experiment.resolvedYAML { try collect() }
  }
}

extension Plan {
  /// The files that belong to a run.
  public func files(of run: IdentifiedRun) -> RunPaths {
    RunPaths(results: results, experiment: experiment.name, identifier: run.identifier)
  }

  /// Makes the folders of results and runs.
  func createFolders() throws(Problem) {
    try AtomicFile.createFolder(results)
    try AtomicFile.createFolder("\(results)/\(experiment.name)/runs")
  }
}
