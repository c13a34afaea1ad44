import Diagnostics
import Foundation

/// The files that belong to one run.
public struct RunPaths: Sendable, Equatable {
  /// The finished run.
  public let run: String
  /// The run in progress.
  public let checkpoint: String
  /// The record of a failure.
  public let failure: String
  /// The same files under the names that earlier versions of the program gave them.
  private let earlierRun: String?
  private let earlierCheckpoint: String?

  /// - Parameters:
  ///   - earlier: the finished run's id in a file of an earlier version.
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

  /// Where the finished run is stored, if at all: an earlier version's path if only that exists.
  public var storedRun: String { Self.existing(run, or: earlierRun) }

  /// Where the run in progress is stored, if at all; see `storedRun`.
  public var storedCheckpoint: String { Self.existing(checkpoint, or: earlierCheckpoint) }

  private static func existing(_ path: String, or earlier: String?) -> String {
    guard let earlier, !FileManager.default.fileExists(atPath: path) else { return path }
    return FileManager.default.fileExists(atPath: earlier) ? earlier : path
  }

  /// Removes the failure record and the checkpoint, which mean nothing beside a finished run.
  ///
  /// - Throws: `Problem` if one exists and cannot be removed.
  public func removeTraces() throws(Problem) {
    try FailureFile.remove(failure)
    try removeCheckpoint()
  }

  /// Removes the run in progress, if there is one.
  ///
  /// - Throws: `Problem` if it exists and cannot be removed.
  public func removeCheckpoint() throws(Problem) {
    try CheckpointFile.remove(checkpoint)
    if let earlierCheckpoint { try CheckpointFile.remove(earlierCheckpoint) }
  }

  /// Removes the temporary files that a process left of the run when it ended while writing.
  ///
  /// - Throws: `Problem` if one exists and cannot be removed.
  func removeRemains(of process: ProcessIdentity) throws(Problem) {
    let names = [run, checkpoint, failure].map { ($0 as NSString).lastPathComponent }
    try AtomicFile.removeRemains(in: (run as NSString).deletingLastPathComponent) {
      names.contains($0.finalName) && $0.isOf(process)
    }
    try WeightsFile.removeRemains(beside: run, of: process)
  }
}
