import Diagnostics
import Foundation
import HDF5
import Specs

/// What a stored run was made from: everything that its id is a hash of.
public struct RunOrigin: Sendable, Equatable {
  /// The run, with all its settings.
  public var run: Run
  /// A hash of the data.
  public var dataFingerprint: String
  /// The version of the numerics, or `unknown`.
  public var numericsVersion: String

  private init(_ record: RunRecord) {
    run = record.run
    dataFingerprint = record.dataFingerprint
    numericsVersion = record.provenance["numerics_version"] ?? "unknown"
  }

  /// The origins of some of an experiment's runs, each from its own file or else from the summary.
  ///
  /// - Returns: one per identifier, in their order; a failure where the run cannot be read.
  public static func read(
    _ identifiers: [String], results: String, experiment: String
  ) -> [Result<RunOrigin, Problem>] {
    let summaryPath = SummaryFile.path(results: results, experiment: experiment)
    let summary = Result<HDF5Group, any Error> { try FileSchema.summary.open(summaryPath) }
    return identifiers.map { identifier in
      let path = RunFile.path(results: results, experiment: experiment, identifier: identifier)
      do {
        return .success(
          FileManager.default.fileExists(atPath: path)
            ? try RunOrigin(RunFile.record(in: path))
            : try RunOrigin(RunGroup.readHead(from: summary.get().openGroup("runs/\(identifier)"))))
      } catch let error as HDF5Error {
        return .failure(FileSchema.run.problem(error))
      } catch let problem as Problem {
        return .failure(problem)
      } catch {
        return .failure(Problem(.inputOutput, at: path, "cannot be read: \(systemReason(error))"))
      }
    }
  }
}
