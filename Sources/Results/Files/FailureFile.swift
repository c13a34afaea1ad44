import Diagnostics
import Foundation

/// The file of a failed run, beside those of the finished ones: a small JSON object for people and programs. As long as
/// it exists, the run is not retried unless asked for.
public enum FailureFile {
  static let nameEnd = ".failed"

  /// `results/<experiment>/runs/<id>.failed`
  public static func path(results: String, experiment: String, identifier: String) -> String {
    "\(results)/\(experiment)/runs/\(identifier)\(nameEnd)"
  }

  /// Writes the record of a failure, completely or not at all.
  ///
  /// - Throws: `Problem` if it cannot be written.
  public static func write(_ failure: RunFailure, to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = try encoder.encode(failure) + Data("\n".utf8)
    try AtomicFile.write(path) { temporary in
      do {
        try text.write(to: URL(fileURLWithPath: temporary))
      } catch {
        throw Problem(.inputOutput, at: path, "cannot be written: \(systemReason(error))")
      }
    }
  }

  /// Reads the record of a failure.
  ///
  /// - Returns: nil if there is none.
  /// - Throws: `Problem` for a file that is no such record, or cannot be read.
  public static func read(_ path: String) throws(Problem) -> RunFailure? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let text: Data
    do {
      text = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw Problem(.inputOutput, at: path, "cannot be read: \(systemReason(error))")
    }
    do {
      return try JSONDecoder().decode(RunFailure.self, from: text)
    } catch {
      throw Problem(
        .badData, at: path, "it is not a record of a failure",
        hint: "remove it, and try the run again with --retry-failed")
    }
  }

  /// Removes the record of a run that has since succeeded.
  ///
  /// - Throws: `Problem` if it exists and cannot be removed.
  public static func remove(_ path: String) throws(Problem) {
    if unlink(path) != 0, errno != ENOENT {
      throw Problem(.inputOutput, at: path, "cannot be removed: \(systemReason())")
    }
  }
}
