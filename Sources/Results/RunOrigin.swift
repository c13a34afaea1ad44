import Diagnostics
import Foundation
import HDF5

/// From what a stored run was made: all that its id was a hash of.
public struct RunOrigin: Sendable, Equatable {
  /// The spec of the run alone, every value written out.
  public var spec: String
  public var dataFingerprint: String
  public var numericsVersion: String

  init(_ group: HDF5Group) throws(HDF5Error) {
    spec = try group.openDataset("spec").readString()
    dataFingerprint = try group.attributes.readString("data_fingerprint")
    numericsVersion = try group.openGroup("environment").attributes.readString("numerics_version")
  }

  /// The origins of some of an experiment's runs, each from its own file or else from the summary.
  ///
  /// - Returns: as many as `identifiers`, in their order; the reason where one cannot be read.
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
            ? try RunOrigin(FileSchema.run.open(path).openGroup("run"))
            : try RunOrigin(summary.get().openGroup("runs/\(identifier)")))
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
