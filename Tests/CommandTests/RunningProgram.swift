import Foundation
import Testing

/// A program that was started and may still be running.
final class RunningProgram {
  private let process = Process()
  private let arguments: [String]
  /// Files instead of pipes: a pipe that nobody empties would stop the program.
  private let files: [String]
  private let ended = DispatchSemaphore(value: 0)

  init(
    executable: String, _ arguments: [String], environment: [String: String], in folder: String
  ) throws {
    self.arguments = arguments
    files = ["output", "error"].map { "\(NSTemporaryDirectory())/ganomaly-\($0)-\(UUID().uuidString)" }
    let handles = try files.map { name in
      try Data().write(to: URL(fileURLWithPath: name))
      return try #require(FileHandle(forWritingAtPath: name))
    }
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    (process.standardOutput, process.standardError) = (handles[0], handles[1])
    process.terminationHandler = { [ended] _ in ended.signal() }
    try process.run()
  }

  deinit { for name in files { unlink(name) } }

  var isRunning: Bool { process.isRunning }

  /// What it has said so far on standard error.
  var error: String { (try? text(files[1])) ?? "" }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Waits for its end; a program that runs on for too long is ended, and that is a failure.
  ///
  /// - Parameter timeLimit: in seconds from now.
  func outcome(timeLimit: Int = Program.timeLimit) throws -> Program.Outcome {
    let isInTime = ended.wait(timeout: .now() + .seconds(timeLimit)) == .success
    if !isInTime {
      send(SIGKILL)
      ended.wait()
    }
    guard isInTime else { throw Program.Failure.tookTooLong(arguments, error: error) }
    return Program.Outcome(
      status: process.terminationStatus, wasSignalled: process.terminationReason == .uncaughtSignal,
      output: try text(files[0]), error: try text(files[1]))
  }

  private func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: name)), as: UTF8.self)
  }
}
