import Diagnostics
import Foundation

/// A note beside the run files that a run was tried and failed: shown by a plan, not binding for it.
public enum FailureNote {
  /// `results/<experiment>/runs/<id>.failed`
  public static func path(results: String, experiment: String, identifier: String) -> String {
    "\(results)/\(experiment)/runs/\(identifier).failed"
  }

  /// Writes why the run failed, in one line.
  public static func write(_ problem: Problem, to path: String) throws {
    try AtomicFile.write(path) { temporary in
      do {
        try Data((problem.description + "\n").utf8).write(to: URL(fileURLWithPath: temporary))
      } catch {
        throw Problem(.inputOutput, at: path, "cannot be written: \(error.localizedDescription)")
      }
    }
  }

  /// Why the run failed; nil where there is no readable note.
  public static func read(_ path: String) -> String? {
    (try? String(contentsOfFile: path, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Removes the note of a run that has succeeded since.
  public static func remove(_ path: String) { unlink(path) }
}
