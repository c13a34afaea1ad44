import Diagnostics
import Foundation

/// The files that belong to one run.
public struct RunPaths: Sendable, Equatable {
  /// The finished run.
  public let run: String
  /// The run in progress.
  public let checkpoint: String
  /// That the run failed.
  public let failure: String
  /// The same files where an earlier version of the program has written them.
  private let earlierRun: String?
  private let earlierCheckpoint: String?

  /// - Parameters:
  ///   - earlier: the id that the finished run has in a file of an earlier version.
  ///   - earlierCheckpoint: the id that the run in progress would have in one.
  public init(
    results: String, experiment: String, identifier: String, earlier: String? = nil,
    earlierCheckpoint: String? = nil
  ) {
    run = RunFile.path(results: results, experiment: experiment, identifier: identifier)
    checkpoint = CheckpointFile.path(results: results, experiment: experiment, identifier: identifier)
    failure = FailureFile.path(results: results, experiment: experiment, identifier: identifier)
    earlierRun = earlier.map { RunFile.path(results: results, experiment: experiment, identifier: $0) }
    self.earlierCheckpoint = earlierCheckpoint.map {
      CheckpointFile.path(results: results, experiment: experiment, identifier: $0)
    }
  }

  /// Where the finished run is, if it is anywhere.
  public var storedRun: String { Self.existing(run, or: earlierRun) }

  /// Where the run in progress is, if it is anywhere.
  public var storedCheckpoint: String { Self.existing(checkpoint, or: earlierCheckpoint) }

  private static func existing(_ path: String, or earlier: String?) -> String {
    guard let earlier, !FileManager.default.fileExists(atPath: path) else { return path }
    return FileManager.default.fileExists(atPath: earlier) ? earlier : path
  }

  /// Removes what leads to a finished run and means nothing beside it.
  ///
  /// - Throws: `Problem` when something is there and cannot be removed.
  public func removeTraces() throws(Problem) {
    try FailureFile.remove(failure)
    try removeCheckpoint()
  }

  /// Removes the run in progress; nothing to do where there is none.
  ///
  /// - Throws: `Problem` when it is there and cannot be removed.
  public func removeCheckpoint() throws(Problem) {
    try CheckpointFile.remove(checkpoint)
    if let earlierCheckpoint { try CheckpointFile.remove(earlierCheckpoint) }
  }

  /// Removes what a process has left of the run's files, when it ended in the middle of writing one.
  ///
  /// - Throws: `Problem` when something is there and cannot be removed.
  func removeRemains(of process: ProcessIdentity) throws(Problem) {
    let names = [run, checkpoint, failure].map { ($0 as NSString).lastPathComponent }
    try AtomicFile.removeRemains(in: (run as NSString).deletingLastPathComponent) {
      names.contains($0.finalName) && $0.isOf(process)
    }
    try WeightsFile.removeRemains(beside: run, of: process)
  }
}
