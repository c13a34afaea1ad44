import Diagnostics
import Foundation

/// The files in the folder of an experiment's runs, listed once, so that asking for each of many thousand runs costs no
/// system call.
public struct RunFolder: Sendable, Equatable {
  /// Ids of the runs that have a file of their own.
  public private(set) var finished: Set<String> = []
  /// Ids of the runs that have a checkpoint.
  public private(set) var stopped: Set<String> = []
  /// Ids of the runs that have a record of a failure.
  public private(set) var failed: Set<String> = []

  /// - Throws: `Problem` if the folder exists and cannot be read.
  public init(results: String, experiment: String) throws(Problem) {
    for name in try Self.names(in: "\(results)/\(experiment)/runs") {
      func identifier(_ ending: String) -> String { String(name.dropLast(ending.count)) }
      if name.hasSuffix(CheckpointFile.nameEnd) {
        stopped.insert(identifier(CheckpointFile.nameEnd))
      } else if name.hasSuffix(RunFile.nameEnd) {
        finished.insert(identifier(RunFile.nameEnd))
      } else if name.hasSuffix(FailureFile.nameEnd) {
        failed.insert(identifier(FailureFile.nameEnd))
      }
    }
  }

  /// Whether a path is that of a file in a folder of runs.
  static func holds(_ path: String) -> Bool {
    URL(fileURLWithPath: path).deletingLastPathComponent().lastPathComponent == "runs"
  }

  /// The names in a folder; empty if there is no such folder.
  ///
  /// - Throws: `Problem` if it exists and cannot be read.
  public static func names(in folder: String) throws(Problem) -> [String] {
    guard FileManager.default.fileExists(atPath: folder) else { return [] }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw Problem(
        .inputOutput, at: folder, "cannot be read: \(systemReason(error))",
        hint: "give another with --results")
    }
  }
}
