import Diagnostics
import Foundation
import Specs

/// The spec that results of a name belong to: two specs, in different folders, may give their experiments one name. The
/// first that stores results has the name, as long as it exists and keeps it.
public enum SpecOwner {
  /// `results/<experiment>/.spec` holds the spec's absolute path: before the first runs are done, no summary has it.
  private static func path(results: String, experiment: String) -> String {
    "\(results)/\(experiment)/.spec"
  }

  private static func recorded(results: String, experiment: String) -> String? {
    try? String(contentsOfFile: path(results: results, experiment: experiment), encoding: .utf8)
  }

  /// Records the spec of an experiment in the folder of its results, which exists.
  ///
  /// - Throws: `Problem` if the record cannot be written.
  public static func record(_ experiment: Experiment, results: String) throws(Problem) {
    let spec = URL(fileURLWithPath: experiment.source.path).standardizedFileURL.path
    if recorded(results: results, experiment: experiment.name) == spec { return }
    let path = path(results: results, experiment: experiment.name)
    do {
      try Data(spec.utf8).write(to: URL(fileURLWithPath: path))
    } catch {
      throw Problem(
        .inputOutput, at: path, "cannot be written: \(systemReason(error))",
        hint: "make room there, or give another folder with --results")
    }
  }

  /// - Parameter summarized: the spec's path in the experiment's summary; nil without one.
  /// - Throws: `Problem` if the results of the experiment's name belong to another spec.
  public static func require(
    _ experiment: Experiment, results: String, summarized: String?
  ) throws(Problem) {
    let owners = [recorded(results: results, experiment: experiment.name), summarized].compactMap(\.self)
    guard let owner = owners.first(where: { experiment.isNamesake(ofSpec: $0) }) else { return }
    throw Problem(
      .usage, at: experiment.source.path,
      "its name '\(experiment.name)' is that of \(owner), whose results are in \(results)",
      hint: "give it another `name`, or give another folder with --results")
  }
}
