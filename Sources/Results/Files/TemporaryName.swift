import Diagnostics
import Foundation
import Hashing

/// The name of a file while it is being written: `NAME.tmp-HOST.MACHINE-PROCESS-RANDOM`.
///
/// No other process has the same name: containers number their processes independently and may share the host name, so
/// the name includes the machine with its PID namespace (`ProcessIdentity.machine`, hashed). No other file of this
/// process has it either. So two processes never write each other's file, even on a file system without locks.
public struct TemporaryName: Sendable, Equatable {
  /// After this many seconds without a change, a file of another machine counts as abandoned.
  public static let longestIdleTime = 86_400.0

  private static let mark = ".tmp-"

  /// The name, or the whole path if it was made for one.
  let path: String
  /// The file's name once it is in place.
  public let finalName: String
  /// The machine, as `token(of:)` names it; nil in names of versions that did not include it.
  private let machine: String?
  private let process: Int32

  /// A new temporary name in the folder of the file at `path`.
  init(of path: String) {
    let (machine, process) = (Self.ownToken, getpid())
    let random = String(UInt64.random(in: .min ... .max), radix: 36)
    self.path = "\(path)\(Self.mark)\(machine)-\(process)-\(random)"
    finalName = (path as NSString).lastPathComponent
    (self.machine, self.process) = (machine, process)
  }

  /// - Returns: nil for a name that is not of this form.
  public init?(_ name: String) {
    guard let range = name.range(of: Self.mark, options: .backwards) else { return nil }
    let words = name[range.upperBound...].split(separator: "-", omittingEmptySubsequences: false)
    switch words.count {
    case 1:
      guard let number = Int32(words[0]) else { return nil }
      (machine, process) = (nil, number)
    case 3...:
      // A host name may contain the separator.
      guard let number = Int32(words[words.count - 2]) else { return nil }
      (machine, process) = (words.dropLast(2).joined(separator: "-"), number)
    default: return nil
    }
    guard process > 0 else { return nil }
    path = name
    finalName = String(name[..<range.lowerBound])
  }

  /// Whether `other` made it.
  func isOf(_ other: ProcessIdentity) -> Bool {
    process == other.number && machine.map { $0 == Self.token(of: other) } ?? true
  }

  /// Whether the process that made it is alive; nil if it belongs to another machine, whose processes are unknown.
  public var isBeingWritten: Bool? {
    guard machine == nil || machine == Self.ownToken else { return nil }
    return kill(process, 0) == 0 || errno != ESRCH
  }

  private static let ownToken = token(of: .current)

  /// The host name, for people, and a hash that identifies the machine.
  static func token(of process: ProcessIdentity) -> String {
    let letters = process.host.prefix(32).map { character -> Character in
      character.isASCII && (character.isLetter || character.isNumber || character == "-") ? character : "_"
    }
    return "\(String(letters)).\(SHA256.hexadecimal(of: process.machine.utf8).prefix(8))"
  }
}
