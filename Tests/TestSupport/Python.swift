import Foundation

/// A Python interpreter with the packages that a test needs, if there is one.
public enum Python {
  /// A program that failed, with its standard error.
  public struct Failure: Error { public var output: String }

  /// The interpreter in `$GANOMALY_PYTHON`, or else `python3`; nil if neither has all of `modules`.
  public static func having(_ modules: String...) -> String? {
    let candidates = [ProcessInfo.processInfo.environment["GANOMALY_PYTHON"], "python3"].compactMap { $0 }
    return candidates.first { (try? output(of: $0, "import " + modules.joined(separator: ", "))) != nil }
  }

  /// Runs a program and returns its standard output.
  public static func output(of interpreter: String, _ program: String, _ arguments: String...) throws
    -> String
  {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [interpreter, "-c", program] + arguments
    let printed = Pipe()
    process.standardOutput = printed
    // A file, since a pipe could fill up while nobody reads it.
    let errors = FileManager.default.temporaryDirectory.appendingPathComponent("python-\(UUID().uuidString)")
    try Data().write(to: errors)
    defer { try? FileManager.default.removeItem(at: errors) }
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    let text = String(decoding: printed.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(output: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }
    return text
  }
}
