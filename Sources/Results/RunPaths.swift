import Diagnostics

/// The files that belong to one run.
public struct RunPaths: Sendable, Equatable {
  /// The finished run.
  public let run: String
  /// The run in progress.
  public let checkpoint: String
  /// That the run failed.
  public let failure: String

  public init(results: String, experiment: String, identifier: String) {
    run = RunFile.path(results: results, experiment: experiment, identifier: identifier)
    checkpoint = CheckpointFile.path(results: results, experiment: experiment, identifier: identifier)
    failure = FailureFile.path(results: results, experiment: experiment, identifier: identifier)
  }

  /// Removes what leads to a finished run and means nothing beside it.
  ///
  /// - Throws: `Problem` when something is there and cannot be removed.
  public func removeTraces() throws(Problem) {
    try FailureFile.remove(failure)
    try CheckpointFile.remove(checkpoint)
  }

  /// Removes what a process has left of the run's files, when it ended in the middle of writing one.
  ///
  /// - Throws: `Problem` when something is there and cannot be removed.
  func removeRemains(of process: ProcessIdentity) throws(Problem) {
    for path in [run, checkpoint, failure] { try AtomicFile.removeRemains(of: path, leftBy: process) }
  }
}
