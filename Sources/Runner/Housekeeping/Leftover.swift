import Diagnostics
import Foundation

/// A file in the results that is no longer needed.
public struct Leftover: Sendable, Equatable {
  /// The kinds of removable file.
  public enum Kind: String, Sendable, CaseIterable {
    /// A finished run that the spec no longer asks for.
    case staleRun = "stale run"
    /// The checkpoint of a run that is done or no longer requested.
    case checkpoint
    /// The record of a failure that a later result supersedes, or of a run that is no longer requested.
    case failure = "record of a failure"
    /// A claim of a process that has ended.
    case claim
    /// A file that was being written when its process ended.
    case temporary = "temporary file"
  }

  /// What kind of file it is.
  public var kind: Kind
  /// The file's path.
  public var path: String
  /// Its size on disk.
  public var bytes: Int
  /// Why it is no longer needed.
  public var reason: String

  init(_ kind: Kind, _ path: String, _ reason: String) {
    self.kind = kind
    self.path = path
    self.reason = reason
    var information = stat()
    bytes = stat(path, &information) == 0 ? Int(information.st_blocks) * 512 : 0
  }

  /// - Throws: `Problem` if the file exists but cannot be removed.
  public func remove() throws(Problem) {
    if unlink(path) != 0, errno != ENOENT {
      throw Problem(.inputOutput, at: path, "cannot be removed: \(systemReason())")
    }
  }
}
