import Diagnostics
import HDF5
import Specs

/// The runs in a summary file: which exist and which failed is read at once, how one was evaluated on demand.
public struct SummarizedRuns {
  /// Ids of the runs that the summary holds.
  public let identifiers: Set<String>
  /// Why runs without a result failed, by id.
  public let failures: [String: RunFailure]
  private let group: HDF5Group

  /// - Throws: `Problem` if there is no such file, or it is not one of ours.
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

  /// The history of a run, without per-sample scores; nil if the summary does not hold it.
  ///
  /// - Throws: `Problem` if it is damaged.
  public func history(of identifier: String) throws -> RunHistory? {
    guard identifiers.contains(identifier) else { return nil }
    do { return try HistoryGroup.readCourse(from: group.openGroup(identifier)) } catch {
      throw FileSchema.summary.problem(error)
    }
  }
}
