import Diagnostics
import Foundation
import Hashing

/// The name of a file while it is written, before it takes its place: `NAME.tmp-HOST.MACHINE-PROCESS-RANDOM`.
///
/// It is no other process's: containers count their processes anew and may share the host's name, so the machine with
/// its namespace of process numbers is in it (`ProcessIdentity.machine`, hashed); and no other file's of the same
/// process. So two processes never write each other's file, even where the file system has no locks.
public struct TemporaryName: Sendable, Equatable {
  /// After so many seconds without a change, a file of another machine passes for abandoned.
  public static let longestIdleTime = 86_400.0

  private static let mark = ".tmp-"

  /// The name, or the whole path where the name was made for one.
  let path: String
  /// The file's name once it is in place.
  public let finalName: String
  /// The machine, as `machineToken` has it; nil in names of before there was one in them.
  private let machine: String?
  private let process: Int32

  /// A new name for the file of a path, in its folder.
  init(of path: String) {
    let (machine, process) = (Self.ownToken, getpid())
    let random = String(UInt64.random(in: .min ... .max), radix: 36)
    self.path = "\(path)\(Self.mark)\(machine)-\(process)-\(random)"
    finalName = (path as NSString).lastPathComponent
    (self.machine, self.process) = (machine, process)
  }

  /// - Returns: nil for a name that is not of this kind.
  public init?(_ name: String) {
    guard let range = name.range(of: Self.mark, options: .backwards) else { return nil }
    let words = name[range.upperBound...].split(separator: "-", omittingEmptySubsequences: false)
    switch words.count {
    case 1:
      guard let number = Int32(words[0]) else { return nil }
      (machine, process) = (nil, number)
    case 3...:
      // A host's name may hold the separator.
      guard let number = Int32(words[words.count - 2]) else { return nil }
      (machine, process) = (words.dropLast(2).joined(separator: "-"), number)
    default: return nil
    }
    guard process > 0 else { return nil }
    path = name
    finalName = String(name[..<range.lowerBound])
  }

  /// Whether a process made it.
  func isOf(_ other: ProcessIdentity) -> Bool {
    process == other.number && machine.map { $0 == Self.token(of: other) } ?? true
  }

  /// Whether the process that made it is there; nil when it is another machine's, of whose processes nothing is known.
  public var isBeingWritten: Bool? {
    guard machine == nil || machine == Self.ownToken else { return nil }
    return kill(process, 0) == 0 || errno != ESRCH
  }

  private static let ownToken = token(of: .current)

  /// The host's name, for people, and what tells the machine apart from every other.
  static func token(of process: ProcessIdentity) -> String {
    let letters = process.host.prefix(32).map { character -> Character in
      character.isASCII && (character.isLetter || character.isNumber || character == "-") ? character : "_"
    }
    return "\(String(letters)).\(SHA256.hexadecimal(of: process.machine.utf8).prefix(8))"
  }
}
