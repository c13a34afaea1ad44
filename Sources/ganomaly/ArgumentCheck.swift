import Diagnostics
import Foundation

/// Paths are bytes, and a word of the command line may be no UTF-8 text. Swift puts U+FFFD for what is none, so that
/// another folder than the one that is named would be written to: such a word is refused instead.
enum ArgumentCheck {
  /// The variables of the environment that are paths.
  private static let variables = ["GANOMALY_DATA", "XDG_CACHE_HOME", "HOME"]

  static func requireText() throws(Problem) {
    let hint = "give names in UTF-8: rename the file or folder, or lead to it by a symbolic link"
    for position in 0..<Int(CommandLine.argc) {
      guard let word = CommandLine.unsafeArgv[position], String(validatingCString: word) == nil else {
        continue
      }
      throw Problem(
        .usage, "argument \(position), '\(escaped(word))', is not UTF-8 text", hint: hint)
    }
    for name in variables {
      guard let value = getenv(name), String(validatingCString: value) == nil else { continue }
      throw Problem(.usage, "$\(name), '\(escaped(value))', is not UTF-8 text", hint: hint)
    }
  }

  /// Printable ASCII as it is, and `\xE9` for every other byte.
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
