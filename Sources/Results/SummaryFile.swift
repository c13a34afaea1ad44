import Diagnostics
import Foundation
import HDF5
import Settings
import Specs

/// A run of an experiment together with its id.
public struct IdentifiedRun: Sendable, Equatable {
  public let run: Run
  public let identifier: String

  public init(_ run: Run, dataFingerprint: String) {
    self.run = run
    identifier = run.identifier(dataFingerprint: dataFingerprint)
  }
}

/// The summary of an experiment: one file that gathers its runs, without their weights.
public enum SummaryFile {
  /// `results/<experiment>.h5`
  public static func path(results: String, experiment: String) -> String { "\(results)/\(experiment).h5" }

  /// Writes the summary anew from the run files and from the summary that is there.
  ///
  /// A run whose own file is absent is taken over from the old summary, and runs that the experiment no longer
  /// asks for stay under `/runs`: collecting never drops a result. The table holds only what is asked for.
  public static func collect(
    _ experiment: Experiment, runs: [IdentifiedRun], results: String, provenance: Provenance
  ) throws {
    let path = path(results: results, experiment: experiment.name)
    let old =
      FileManager.default.fileExists(atPath: path) ? try FileSchema.summary.open(path) : nil
    try AtomicFile.write(path) { temporary in
      do {
        try write(experiment, runs: runs, results: results, provenance: provenance, old: old, to: temporary)
      } catch let error as HDF5Error {
        throw FileSchema.summary.problem(error)
      }
    }
  }

  private static func write(
    _ experiment: Experiment, runs: [IdentifiedRun], results: String, provenance: Provenance, old: HDF5Group?,
    to path: String
  ) throws {
    let file = try HDF5File.createInMemory(path)
    try FileSchema.summary.mark(file.root)
    try file.root.attributes.write(experiment.name, to: "experiment")
    try writeSpec(experiment, to: file.root.createGroup("spec"))
    let environment = try file.root.createGroup("environment")
    for fact in provenance.facts { try environment.attributes.write(fact.value, to: fact.name) }
    let stored = try file.root.createGroup("runs")
    for run in runs {
      let runPath = RunFile.path(results: results, experiment: experiment.name, identifier: run.identifier)
      if try RunFile.exists(at: runPath, identifier: run.identifier) {
        try stored.copy("run", of: try FileSchema.run.open(runPath), to: run.identifier)
      }
    }
    if let old {
      let oldRuns = try old.openGroup("runs")
      for child in try oldRuns.children() where try !stored.exists(child.name) {
        try stored.copy(child.name, of: oldRuns)
      }
    }
    try SummaryTable(experiment, runs: runs, stored: stored).write(to: file.root)
    try file.save()
  }

  private static func writeSpec(_ experiment: Experiment, to group: HDF5Group) throws {
    try group.write(experiment.source.text, to: "text")
    try group.write(experiment.resolvedYAML, to: "resolved")
    try group.attributes.write(experiment.source.path, to: "path")
  }
}
