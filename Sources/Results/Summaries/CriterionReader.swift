import Diagnostics
import Foundation
import HDF5
import Specs

/// Looks up the values by which a sweep chooses in stored runs: in a run's own file, or else in the experiment's
/// summary.
public struct CriterionReader {
  private let criterion: SweepCriterion
  private let experiment: String
  private let results: String
  private let summary: SummarizedRuns?

  /// - Throws: `Problem` if the summary exists and cannot be read.
  public init(_ criterion: SweepCriterion, experiment: String, results: String) throws {
    self.criterion = criterion
    self.experiment = experiment
    self.results = results
    let path = SummaryFile.path(results: results, experiment: experiment)
    summary = FileManager.default.fileExists(atPath: path) ? try SummarizedRuns(in: path) : nil
  }

  /// The mean over the runs of a configuration; NaN unless all of them have a value.
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
    for identifier in [run.identifier, run.earlierIdentifier] {
      let path = RunFile.path(results: results, experiment: experiment, identifier: identifier)
      if FileManager.default.fileExists(atPath: path) {
        return try RunFile.record(at: path, identifier: run.identifier).history.value(
          of: criterion, run.run.headlineView)
      }
    }
    return try summary?.history(of: run.identifier)?.value(of: criterion, run.run.headlineView) ?? .nan
  }
}

extension RunHistory {
  /// The value by which a sweep chooses; NaN if the run has none.
  func value(of criterion: SweepCriterion, _ view: HeadlineView) -> Double {
    switch criterion {
    case .testAUROC: scores.first { $0.key == view.score }?[view.epoch]?.auroc ?? .nan
    case .validationLoss: validationLosses.last ?? .nan
    }
  }
}
