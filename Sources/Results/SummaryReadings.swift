import Diagnostics
import HDF5

/// AUROC of everything that is read off the trained detectors of a summary: each pass and score, at each choice of the
/// epoch.
public struct SummaryReadings: Sendable, Equatable {
  public struct Reading: Sendable, Equatable {
    /// Such as `squared-l2`.
    public var score: String
    /// Such as `batch-shuffled`; empty for detectors that have but one pass.
    public var pass: String
    /// `last`, `best-on-test` or another choice of the epoch.
    public var epoch: String
    /// `[detector][held out][seed]`; nil where there is no run.
    public var values: [[[Double?]]]

    public init(score: String, pass: String, epoch: String, values: [[[Double?]]]) {
      self.score = score
      self.pass = pass
      self.epoch = epoch
      self.values = values
    }
  }

  /// By score and pass in the summary's order, the headline's first; within them the last epoch first.
  public var readings: [Reading]

  public init(_ readings: [Reading]) { self.readings = readings }

  private static let prefix = "auroc_"

  /// Reads `/readings` of a summary file.
  ///
  /// - Throws: `Problem` when there is no such file or it is none of ours.
  public static func read(from path: String) throws -> SummaryReadings {
    let root = try FileSchema.summary.open(path)
    do { return try SummaryReadings(root.openGroup("readings")) } catch {
      throw FileSchema.summary.problem(error)
    }
  }

  private init(_ group: HDF5Group) throws(HDF5Error) {
    let names = try group.openDataset("reading").readStrings().values
    let tables = try group.names().filter { $0.hasPrefix(Self.prefix) }
    let last = tables.filter { $0 == "\(Self.prefix)last" }
    var byEpoch: [(epoch: String, values: [[[[Double?]]]])] = []
    for table in last + tables.filter({ !last.contains($0) }).sorted() {
      let dataset = try group.openDataset(table)
      let (values, shape) = try dataset.read(Double.self)
      guard shape.count == 4, shape[0] == names.count else {
        throw dataset.refusal("its shape is not that of \(names.count) readings by detector, class and seed")
      }
      let epoch = table.dropFirst(Self.prefix.count).replacing("_", with: "-")
      byEpoch.append((String(epoch), Self.nested(values, shape)))
    }
    readings = names.enumerated().flatMap { position, name in
      let parts = name.split(separator: ", ", maxSplits: 1).map(String.init)
      return byEpoch.map { epoch, values in
        Reading(
          score: parts.first ?? "", pass: parts.count > 1 ? parts[1] : "", epoch: epoch,
          values: values[position])
      }
    }
  }

  private static func nested(_ flat: [Double], _ shape: [Int]) -> [[[[Double?]]]] {
    var position = 0
    func next() -> Double? {
      defer { position += 1 }
      return flat[position].isNaN ? nil : flat[position]
    }
    return (0..<shape[0]).map { _ in
      (0..<shape[1]).map { _ in (0..<shape[2]).map { _ in (0..<shape[3]).map { _ in next() } } }
    }
  }
}
