import Diagnostics
import Foundation

/// A file among the results that nobody needs any more.
public struct Leftover: Sendable, Equatable {
  public enum Kind: String, Sendable, CaseIterable {
    /// A finished run that the spec no longer asks for.
    case staleRun = "run that is not asked for"
    /// What led to a run that is done, or is not asked for.
    case checkpoint
    /// The record of a failure that has been made good, or of a run that is not asked for.
    case failure = "record of a failure"
    /// Of a process that has ended.
    case claim
    /// A file that was being written when its process ended.
    case temporary = "temporary file"
  }

  public var kind: Kind
  public var path: String
  public var bytes: Int
  /// Why it is needed no more.
  public var reason: String

  init(_ kind: Kind, _ path: String, _ reason: String) {
    self.kind = kind
    self.path = path
    self.reason = reason
    var information = stat()
    bytes = stat(path, &information) == 0 ? Int(information.st_blocks) * 512 : 0
  }

  /// - Throws: `Problem` when the file is there and cannot be removed.
  public func remove() throws(Problem) {
    if unlink(path) != 0, errno != ENOENT {
      throw Problem(.inputOutput, at: path, "cannot be removed: \(systemReason())")
    }
  }
}
