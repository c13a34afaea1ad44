import Foundation
import Testing

/// The built executable, run as a user runs it.
struct Program {
  /// What a run of it left.
  struct Outcome {
    var status: Int32
    /// Whether a signal ended it.
    var wasSignalled: Bool
    var output: String
    var error: String

    /// The lines of standard error.
    var errorLines: [Substring] { error.split(separator: "\n", omittingEmptySubsequences: true) }
  }

  /// Why there is no outcome.
  enum Failure: Error {
    case notBuilt(String)
    case tookTooLong([String], error: String)
  }

  /// A run that takes longer is ended and is a failure.
  static let timeLimit = 180

  /// It is built into the folder of the tests' own executable.
  static func path() throws -> String {
    let tests = try #require(Bundle.main.executableURL).resolvingSymlinksInPath()
    let path = tests.deletingLastPathComponent().appendingPathComponent("ganomaly").path
    guard FileManager.default.isExecutableFile(atPath: path) else { throw Failure.notBuilt(path) }
    return path
  }

  /// Runs `ganomaly` with these arguments in `folder`, where neither `data` nor `GANOMALY_DATA` leads anywhere.
  static func run(
    _ arguments: [String], in folder: String, timeLimit: Int = timeLimit
  ) throws -> Outcome {
    try run(executable: path(), arguments, in: folder, timeLimit: timeLimit)
  }

  /// Runs a line of shell in `folder`, in which `$GANOMALY` is the executable.
  static func run(shell: String, in folder: String) throws -> Outcome {
    try run(executable: "/bin/sh", ["-c", shell], in: folder)
  }

  private static func run(
    executable: String, _ arguments: [String], in folder: String, timeLimit: Int = timeLimit
  ) throws -> Outcome {
    try RunningProgram(executable: executable, arguments, environment: environment(), in: folder)
      .outcome(timeLimit: timeLimit)
  }

  /// Starts `ganomaly` and lets it run on.
  static func start(_ arguments: [String], in folder: String) throws -> RunningProgram {
    try RunningProgram(executable: path(), arguments, environment: environment(), in: folder)
  }

  private static func environment() throws -> [String: String] {
    let ours = ProcessInfo.processInfo.environment
    let kept = ["PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "SLURM_CONF", "POCL_CACHE_DIR"]
    return ours.filter { kept.contains($0.key) }
      // A cache that cannot be written is no error.
      .merging(["GANOMALY": try path(), "LC_ALL": "C.UTF-8", "XDG_CACHE_HOME": "/dev/null/cache"]) { $1 }
  }
}
