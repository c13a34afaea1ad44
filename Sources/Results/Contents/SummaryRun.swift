import Diagnostics
import HDF5
import Settings
import Specs

/// A run behind the tables of a summary, and its place in them.
public struct SummaryRun: Sendable, Equatable {
  public let identifier: String
  /// The row: a detector, or the label of a sweep's configuration.
  public let row: String
  /// The held-out class; "all" for an image folder.
  public let heldOut: String
  public let seed: Int
  public let trainingImages: Int
  /// The epoch (from 1) that the headline is read at.
  public let headlineEpoch: Int
}

extension SummaryRun {
  /// What a stored run says of itself.
  private struct Head {
    var identifier: String
    var heldOut: String
    var seed: Int
    var trainingImages: Int
    var headlineEpoch: Int

    init(_ group: HDF5Group) throws(HDF5Error) {
      let attributes = group.attributes
      identifier = try attributes.readString("id")
      let role = try attributes.exists(ClassRole.normal.key) ? ClassRole.normal : .heldOut
      heldOut = try attributes.readString(role.key)
      seed = try attributes.readNumber(Int.self, "seed")
      trainingImages = try attributes.readNumber(Int.self, "training_images")
      headlineEpoch = try attributes.readNumber(Int.self, "headline_epoch")
    }
  }

  /// The runs that the tables show, in the tables' order.
  ///
  /// A summary also keeps runs that its experiment no longer asks for.
  static func all(in stored: HDF5Group, behind summary: Summary) throws -> [SummaryRun] {
    let heads = try stored.names().map { try Head(stored.openGroup($0)) }
    let rows = rows(summary)
    let runs = heads.compactMap { head in
      rows[head.identifier].map { row in
        SummaryRun(
          identifier: head.identifier, row: row, heldOut: head.heldOut, seed: head.seed,
          trainingImages: head.trainingImages, headlineEpoch: head.headlineEpoch)
      }
    }
    func place(_ run: SummaryRun) -> (Int, Int, Int) {
      (
        summary.detectors.firstIndex(of: run.row) ?? .max,
        summary.heldOut.firstIndex(of: run.heldOut) ?? .max,
        summary.seeds.firstIndex(of: run.seed) ?? .max
      )
    }
    return runs.sorted { place($0) < place($1) }
  }

  /// The row of each run that the tables show, by id.
  private static func rows(_ summary: Summary) -> [String: String] {
    var rows: [String: String] = [:]
    for (detector, runs) in zip(summary.detectors, summary.runs ?? []) {
      for identifier in runs.joined() where !identifier.isEmpty { rows[identifier] = detector }
    }
    return rows
  }
}
