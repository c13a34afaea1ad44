import Diagnostics
import Foundation

/// Paths are bytes, and an argument may not be valid UTF-8. Swift would substitute U+FFFD, and results would go to
/// another folder than the one named, so such an argument is refused.
enum ArgumentCheck {
  /// Environment variables that hold paths.
  private static let variables = ["GANOMALY_DATA", "XDG_CACHE_HOME", "HOME"]

  /// Also refuses an empty argument, such as an unset variable of a shell: as a folder it would be the root.
  static func requireText() throws(Problem) {
    let hint = "give names in UTF-8: rename the file or folder, or lead to it by a symbolic link"
    var previous = ""
    for position in 0..<Int(CommandLine.argc) {
      guard let word = CommandLine.unsafeArgv[position] else { continue }
      guard let text = String(validatingCString: word) else {
        throw Problem(
          .usage, "argument \(position), '\(escaped(word))', is not UTF-8 text", hint: hint)
      }
      guard position == 0 || !text.isEmpty else {
        throw Problem(
          .usage, at: previous, "argument \(position), which follows, is empty",
          hint: "give its value, or leave it out; a variable of the shell may not be set")
      }
      previous = text
    }
    for name in variables {
      guard let value = getenv(name), String(validatingCString: value) == nil else { continue }
      throw Problem(.usage, "$\(name), '\(escaped(value))', is not UTF-8 text", hint: hint)
    }
  }

  /// Printable ASCII unchanged; other bytes as `\xE9`.
  private static func escaped(_ word: UnsafePointer<CChar>) -> String {
    var text = ""
    for byte in UnsafeBufferPointer(start: word, count: strlen(word)).map({ UInt8(bitPattern: $0) }) {
      text +=
        (32..<127).contains(byte)
        ? String(UnicodeScalar(byte))
        : "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
    return text
  }
}
