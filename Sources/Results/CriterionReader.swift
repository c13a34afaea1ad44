import Diagnostics
import Foundation
import HDF5
import Specs

/// Looks up what a sweep chooses on in stored runs: in a run's own file, or else in the experiment's summary.
public struct CriterionReader {
  private let criterion: SweepCriterion
  private let experiment: String
  private let results: String
  private let summary: HDF5Group?

  public init(_ criterion: SweepCriterion, experiment: String, results: String) throws {
    self.criterion = criterion
    self.experiment = experiment
    self.results = results
    let path = SummaryFile.path(results: results, experiment: experiment)
    summary = FileManager.default.fileExists(atPath: path) ? try FileSchema.summary.open(path) : nil
  }

  /// The mean over the runs of a configuration; NaN unless all of them are there.
  public func mean(of runs: some Sequence<IdentifiedRun>) throws -> Double {
    var sum = 0.0
    var count = 0
    for run in runs {
      sum += try value(of: run)
      count += 1
    }
    return count > 0 ? sum / Double(count) : .nan
  }

  private func value(of run: IdentifiedRun) throws -> Double {
    let path = RunFile.path(results: results, experiment: experiment, identifier: run.identifier)
    if FileManager.default.fileExists(atPath: path) {
      let root = try FileSchema.run.open(path)
      do {
        return try StoredRun(root.openGroup("run")).value(of: criterion, heldOut: run.run.heldOut)
      } catch {
        throw FileSchema.run.problem(error)
      }
    }
    let stored = "runs/\(run.identifier)"
    do {
      guard let summary, try summary.exists(stored) else { return .nan }
      return try StoredRun(summary.openGroup(stored)).value(of: criterion, heldOut: run.run.heldOut)
    } catch {
      throw FileSchema.summary.problem(error)
    }
  }
}
