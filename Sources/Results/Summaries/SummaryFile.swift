import Diagnostics
import Foundation
import HDF5
import Settings
import Specs

/// The summary of an experiment: one sealed file that gathers its runs, without their weights.
///
/// Every run has all its measures, its history and the order of its scores. Without a sweep, the summary also keeps the
/// report's material for the first seed, since it is large and looks much the same for every seed, and per-sample
/// values: ranks of every run if there are several detectors, otherwise scores of the first seed, or of every seed for
/// an image folder. A sweep, which may have thousands of runs, keeps the order of the headline's scores alone, and its
/// runs are packed; see `PackedRuns`.
public enum SummaryFile {
  /// `results/<experiment>.h5`
  public static func path(results: String, experiment: String) -> String { "\(results)/\(experiment).h5" }

  /// Whether no process is writing the summary now, as far as its file system knows.
  public static func isUnlocked(results: String, experiment: String) -> Bool {
    AdvisoryLock.isFree(lock(results: results, experiment: experiment))
  }

  static func lock(results: String, experiment: String) -> String {
    "\(results)/\(experiment)/.lock"
  }

  /// Rewrites the summary from the run files and the existing summary.
  ///
  /// A run whose own file is missing is taken from the old summary, and runs that the experiment no longer asks for
  /// stay under `/runs`: collecting never drops a result. The table holds only what is asked for. Processes that
  /// collect the same experiment take turns; one of another experiment of this name is refused.
  ///
  /// - Parameters:
  ///   - runs: what the experiment asks for, in the table's order.
  ///   - provenance: facts about this process; each run has its own.
  public static func collect(
    _ experiment: Experiment, runs: [IdentifiedRun], results: String, provenance: Provenance
  ) throws {
    let folder = "\(results)/\(experiment.name)"
    try AtomicFile.createFolder(folder)
    try AdvisoryLock.hold(lock(results: results, experiment: experiment.name)) {
      let path = path(results: results, experiment: experiment.name)
      // Safe under the lock: their writers held it and have ended.
      try AtomicFile.removeRemains(in: results) {
        $0.finalName == "\(experiment.name).h5" && $0.isBeingWritten == false
      }
      let old = FileManager.default.fileExists(atPath: path) ? try FileSchema.summary.open(path) : nil
      try AtomicFile.write(path) { temporary in
        do {
          try write(experiment, runs: runs, results: results, provenance: provenance, old: old, to: temporary)
        } catch let error as HDF5Error {
          throw FileSchema.summary.problem(error)
        }
        try Seal.append(to: temporary)
      }
    }
  }

  private static func write(
    _ experiment: Experiment, runs: [IdentifiedRun], results: String, provenance: Provenance, old: HDF5Group?,
    to path: String
  ) throws {
    if let old {
      let spec = try old.openGroup("spec").attributes.readString("path")
      try SpecOwner.require(experiment, results: results, summarized: spec)
    }
    // Not in memory: a summary grows with its runs.
    let file = try HDF5File.createTellingLate(path)
    let isSweep = experiment.sweep != nil
    try FileSchema.summary.mark(
      file.root, version: isSweep ? FileSchema.packedVersion : FileSchema.version)
    try file.root.attributes.write(experiment.name, to: "experiment")
    try writeSpec(experiment, to: file.root.createGroup("spec"))
    try RunGroup.writeProvenance(provenance, to: file.root)
    let folder = try RunFolder(results: results, experiment: experiment.name)
    let stored = isSweep ? try HDF5File.createInMemory("\(path)#\(PackedRuns.name)") : file
    let gathering = try SummaryGathering(
      experiment, runs: runs, results: results, folder: folder, old: old, file: stored)
    let gathered = try gathering.gather()
    if isSweep { try PackedRuns.write(stored, to: file.root) }
    try SummaryTable(experiment, runs: runs, gathered: gathered).write(to: file.root)
    try FailureTable.write(
      failures(runs, of: experiment.name, results: results, folder, gathered: gathered, old: old),
      experiment.classRole, to: file.root.createGroup("failures"))
    try file.finish()
  }

  /// The failed runs without a result, from their own failure files or else from the old summary.
  private static func failures(
    _ runs: [IdentifiedRun], of experiment: String, results: String, _ folder: RunFolder,
    gathered: [String: GatheredRun], old: HDF5Group?
  ) throws -> [FailedRun] {
    let known = try old.map { try FailureTable.read(from: $0) } ?? []
    let before = Dictionary(known.map { ($0.identifier, $0.failure) }) { first, _ in first }
    return try runs.compactMap { run in
      if gathered[run.identifier] != nil { return nil }
      let path = FailureFile.path(results: results, experiment: experiment, identifier: run.identifier)
      let own = folder.failed.contains(run.identifier) ? try FailureFile.read(path) : nil
      return (own ?? before[run.identifier] ?? before[run.earlierIdentifier]).map { FailedRun(run, $0) }
    }
  }

  private static func writeSpec(_ experiment: Experiment, to group: HDF5Group) throws {
    try group.write(experiment.source.text, to: "text")
    try group.write(experiment.resolvedYAML, to: "resolved")
    try group.attributes.write(experiment.source.path, to: "path")
  }
}
