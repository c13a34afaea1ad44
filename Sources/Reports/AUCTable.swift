import Settings

/// One measure by detector, class and seed, with everything needed to print it.
///
/// A plain value; every rendering (text, Markdown, LaTeX, CSV, JSON) is a function of it in an extension.
public struct AUCTable: Sendable, Equatable {
  /// What the table shows, such as `MNIST, digit held out`; the caption begins with it.
  public var title: String
  /// The measure's name, such as `AUROC`.
  public var metric: String
  /// Names of the detectors, or labels of a sweep's configurations.
  public let detectors: [String]
  /// The classes, held out or normal as `classRole` says, in the order shown.
  public let heldOut: [String]
  /// Whether the classes were held out or normal.
  public let classRole: ClassRole
  /// The seeds, in the order shown.
  public let seeds: [Int]
  /// `[detector][class][seed]`; nil where missing.
  public let values: [[[Double?]]]
  /// Whether higher is better.
  public let isHigherBetter: Bool
  /// Whether a mean over the classes is meaningful.
  public let allowsMeanOverHeldOut: Bool
  /// Whether finished runs have values; those that were tested on normal images only have none.
  var expectsValues = true
  /// The failed runs, which left values missing.
  public let failures: [Failure]
  /// The cells of the failed runs.
  let failedCells: Set<Cell>
  /// Lines below the table, after those that every rendering adds.
  public var notes: [String]

  /// A position in the table.
  struct Cell: Hashable {
    var detector: Int
    var heldOut: Int
    var seed: Int
  }

  /// A failed run, which left no value.
  public struct Failure: Sendable, Equatable {
    /// Position in `detectors`.
    public var detector: Int
    /// Position in `seeds`.
    public var seed: Int
    /// The rows that the run would have filled, as positions in `heldOut`; at least one.
    public var heldOut: [Int]
    /// What happened, such as `training diverged: …; last good epoch: 2`.
    public var cause: String

    public init(detector: Int, heldOut: [Int], seed: Int, cause: String) {
      self.detector = detector
      self.heldOut = heldOut
      self.seed = seed
      self.cause = cause
    }
  }

  /// Non-finite values count as missing.
  ///
  /// - Precondition: `values` has one entry for every detector, class and seed.
  public init(
    title: String, metric: String = "AUROC", isHigherBetter: Bool = true, detectors: [String],
    heldOut: [String], classRole: ClassRole = .heldOut, seeds: [Int], values: [[[Double?]]],
    failures: [Failure] = [], allowsMeanOverHeldOut: Bool = true, notes: [String] = []
  ) {
    precondition(
      values.count == detectors.count, "values of \(values.count) detectors, not of \(detectors.count)")
    for byHeldOut in values {
      precondition(
        byHeldOut.count == heldOut.count,
        "values of \(byHeldOut.count) classes, not of \(heldOut.count)")
      for bySeed in byHeldOut {
        precondition(bySeed.count == seeds.count, "values of \(bySeed.count) seeds, not of \(seeds.count)")
      }
    }
    self.title = title
    self.metric = metric
    self.isHigherBetter = isHigherBetter
    self.detectors = detectors
    self.heldOut = heldOut
    self.classRole = classRole
    self.seeds = seeds
    self.values = values.map { $0.map { $0.map { value in value.flatMap { $0.isFinite ? $0 : nil } } } }
    self.failures = failures
    failedCells = Set(
      failures.flatMap { failure in
        failure.heldOut.map { Cell(detector: failure.detector, heldOut: $0, seed: failure.seed) }
      })
    self.allowsMeanOverHeldOut = allowsMeanOverHeldOut
    self.notes = notes
  }
}
