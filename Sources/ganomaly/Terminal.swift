import Diagnostics
import Foundation

/// Output to the terminal: data go to standard output, everything else to standard error.
enum Terminal {
  static let isInteractive = isatty(STDERR_FILENO) == 1 && environment["TERM"] != "dumb"

  /// Whether standard output is a terminal that does more than print lines.
  private static let showsOutput = isatty(STDOUT_FILENO) == 1 && environment["TERM"] != "dumb"

  /// Whether standard output's terminal may show emphasis (no-color.org).
  static let showsBold = showsOutput && (environment["NO_COLOR"] ?? "").isEmpty

  private static let environment = ProcessInfo.processInfo.environment

  /// Writes text to standard output, adding a final line break if it has none.
  ///
  /// - Throws: `Problem` if standard output accepts no more, as on a full disk.
  static func write(_ text: String) throws(Problem) {
    do {
      try FileHandle.standardOutput.write(
        contentsOf: Data((text.utf8.last == UInt8(ascii: "\n") ? text : text + "\n").utf8))
    } catch {
      // The reader has quit, like `head`: end silently, like any program in a pipe.
      if systemCode(error) == EPIPE {
        signal(SIGPIPE, SIG_DFL)
        raise(SIGPIPE)
      }
      throw Problem(
        .inputOutput, at: "standard output", "cannot be written: \(systemReason(error))",
        hint: "free some space or write it elsewhere; stored results are kept")
    }
  }

  static func writeError(_ text: String) { appendToError(text + "\n") }

  /// Overwrites the current line of standard error.
  static func overwriteLine(_ text: String) { appendToError("\r\u{1B}[2K\(text)") }

  /// If standard error accepts no more, there is nowhere left to report it.
  private static func appendToError(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  /// Writes lines to be cleared later; the cursor stays at the end of the last.
  static func drawLines(_ lines: [String]) { appendToError(lines.joined(separator: "\n")) }

  /// Clears the last `count` lines; the cursor must be in the last of them.
  static func clearLines(_ count: Int) {
    appendToError("\r\u{1B}[2K" + String(repeating: "\u{1B}[1A\u{1B}[2K", count: count - 1))
  }

  /// Clears standard output's terminal; if it is not one, writes an empty line as a separator.
  static func clearScreen() {
    let text = showsOutput ? "\u{1B}[H\u{1B}[2J\u{1B}[3J" : "\n"
    try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
  }

  static func clearLine() { if isInteractive { overwriteLine("") } }

  /// More than any terminal has; sums with larger values from the environment would overflow.
  private static let mostColumns = 10_000

  /// Columns of the terminal behind `descriptor`, unless $COLUMNS says otherwise; `fallback` if there is none.
  static func width(_ descriptor: Int32 = STDOUT_FILENO, fallback: Int = 100) -> Int {
    if let columns = environment["COLUMNS"].flatMap(Int.init), columns > 0 {
      return min(columns, mostColumns)
    }
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return fallback }
    return Int(size.ws_col)
  }

  /// A duration such as `1:02:03` or `2:03`.
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e7 else { return "–" }
    let total = Int(seconds.rounded())
    let (hours, minutes, rest) = (total / 3600, total / 60 % 60, total % 60)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
  }
}
