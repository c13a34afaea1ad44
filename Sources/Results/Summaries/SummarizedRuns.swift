import Diagnostics
import HDF5
import Specs

/// The runs that a summary file tells of: which there are and which failed from one look, and how one was evaluated when
/// it is asked for.
public struct SummarizedRuns {
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

  /// The history of a run, without scores of single samples; nil where the summary does not hold it.
  ///
  /// - Throws: `Problem` when it does, but damaged.
  public func history(of identifier: String) throws -> RunHistory? {
    guard identifiers.contains(identifier) else { return nil }
    do { return try HistoryGroup.readCourse(from: group.openGroup(identifier)) } catch {
      throw FileSchema.summary.problem(error)
    }
  }
}
