import HDF5
import Settings

/// A failed run of an experiment.
public struct FailedRun: Sendable, Equatable {
  /// The run's id.
  public var identifier: String
  /// As in `ganomaly, latent_size=16, 3 held out, seed 0`.
  public var title: String
  /// Name of the detector.
  public var detector: String
  /// The label of its configuration, or of its detector if there are several; otherwise empty.
  public var configuration: String
  /// How many epochs it was to be trained for.
  public var epochs: Int
  /// The held-out or normal class.
  public var heldOut: String
  /// Seed of the run.
  public var seed: Int
  /// Why it failed.
  public var failure: RunFailure

  public init(
    identifier: String, title: String, detector: String, configuration: String = "", epochs: Int,
    heldOut: String, seed: Int, failure: RunFailure
  ) {
    self.identifier = identifier
    self.title = title
    self.detector = detector
    self.configuration = configuration
    self.epochs = epochs
    self.heldOut = heldOut
    self.seed = seed
    self.failure = failure
  }

  /// The failure of a run.
  public init(_ run: IdentifiedRun, _ failure: RunFailure) {
    self.init(
      identifier: run.identifier, title: run.title, detector: run.run.detector.name,
      configuration: run.configuration, epochs: run.run.detector.epochs, heldOut: run.run.heldOut,
      seed: run.run.seed, failure: failure)
  }

  /// Its row in the tables: that of its configuration, or else of its detector.
  public var row: String { configuration.isEmpty ? detector : configuration }
}

/// `/failures` of a summary: one column per fact about a failed run, including its commit and time, since attributes
/// would not have room for so many.
enum FailureTable {
  private static let columns: [(name: String, value: KeyPath<FailedRun, String> & Sendable)] = [
    ("run", \.identifier), ("title", \.title), ("detector", \.detector),
    ("configuration", \.configuration),
    ("kind", \.failure.kind.rawValue), ("cause", \.failure.cause), ("hint", \.failure.hint),
    ("commit", \.failure.commit), ("time", \.failure.time),
  ]

  static func write(_ failures: [FailedRun], _ role: ClassRole, to group: HDF5Group) throws(HDF5Error) {
    for column in columns { try group.write(failures.map { $0[keyPath: column.value] }, to: column.name) }
    try group.write(failures.map(\.heldOut), to: role.key)
    try group.write(failures.map(\.epochs), shape: [failures.count], to: "epochs")
    try group.write(failures.map(\.seed), shape: [failures.count], to: "seed")
    try group.write(failures.map(\.failure.lastGoodEpoch), shape: [failures.count], to: "last_good_epoch")
  }

  /// The failures in a summary; none in one written before this table existed.
  static func read(from root: HDF5Group) throws(HDF5Error) -> [FailedRun] {
    guard try root.exists("failures") else { return [] }
    let group = try root.openGroup("failures")
    let count = try group.openDataset("run").shape().reduce(1, *)
    var texts: [String: [String]] = [:]
    let role = try ClassRole(of: group)
    for name in columns.map(\.name) + [role.key] {
      let dataset = try group.openDataset(name)
      let (values, shape) = try dataset.readStrings()
      guard shape == [count] else { throw dataset.refusal("its shape is \(shape), not [\(count)]") }
      texts[name] = values
    }
    let seeds = try group.openDataset("seed").read(Int.self, shape: [count])
    let epochs = try group.openDataset("epochs").read(Int.self, shape: [count])
    let lastGood = try group.openDataset("last_good_epoch").read(Int.self, shape: [count])
    var failures: [FailedRun] = []
    for index in 0..<count {
      func text(_ column: String) -> String { texts[column]?[index] ?? "" }
      guard let kind = RunFailure.Kind(rawValue: text("kind")) else {
        throw try group.openDataset("kind").refusal("'\(text("kind"))' is not a kind of failure")
      }
      failures.append(
        FailedRun(
          identifier: text("run"), title: text("title"), detector: text("detector"),
          configuration: text("configuration"), epochs: epochs[index], heldOut: text(role.key),
          seed: seeds[index],
          failure: RunFailure(
            kind: kind, cause: text("cause"), hint: text("hint"), lastGoodEpoch: lastGood[index],
            commit: text("commit"), time: text("time"))))
    }
    return failures
  }
}
