import Diagnostics
import HDF5

/// The runs that a summary file tells of: which there are and which failed from one look, and whether one can be read
/// when it is asked for.
public struct SummarisedRuns {
  public let identifiers: Set<String>
  /// Why runs without a result have failed, by id.
  public let failures: [String: RunFailure]
  private let group: HDF5Group

  /// - Throws: `Problem` when there is no such file, or it is none of ours.
  public init(in path: String) throws {
    let root = try FileSchema.summary.open(path)
    do {
      group = try root.openGroup("runs")
      identifiers = Set(try group.names())
      let failed = try FailureTable.read(from: root)
      failures = Dictionary(failed.map { ($0.identifier, $0.failure) }) { first, _ in first }
    } catch {
      throw FileSchema.summary.problem(error)
    }
  }

  /// Whether the summary holds the run.
  ///
  /// - Throws: `Problem` when it does, but damaged.
  public func holds(_ identifier: String) throws -> Bool {
    guard identifiers.contains(identifier) else { return false }
    do {
      _ = try StoredRun(group.openGroup(identifier))
    } catch {
      throw FileSchema.summary.problem(error)
    }
    return true
  }
}
