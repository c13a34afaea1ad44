import Settings

/// One measure of every (detector, class, seed), with what is needed to print it.
///
/// A plain value; every rendering (text, Markdown, LaTeX, CSV, JSON) is a function of it in an extension.
public struct AUCTable: Sendable, Equatable {
  /// What the table shows, as in `MNIST, digit held out`; becomes the caption.
  public var title: String
  /// The measure's name, as in `AUROC`.
  public var metric: String
  public let detectors: [String]
  /// The classes that were held out of training, or were the normal one, in the order of the columns.
  public let heldOut: [String]
  /// Which of the two they were.
  public let classRole: ClassRole
  public let seeds: [Int]
  /// By detector, class and seed; nil where there is none.
  public let values: [[[Double?]]]
  /// Whether more of the measure is better.
  public let isHigherBetter: Bool
  /// Whether a mean over the classes means anything.
  public let allowsMeanOverHeldOut: Bool
  /// Why values are missing that were tried for.
  public let failures: [Failure]
  /// The cells of the failed runs.
  let failedCells: Set<Cell>
  /// Lines below the table, after those that every rendering adds of itself.
  public var notes: [String]

  /// A place in the table.
  struct Cell: Hashable {
    var detector: Int
    var heldOut: Int
    var seed: Int
  }

  /// A run that failed, and so left no value.
  public struct Failure: Sendable, Equatable {
    /// Positions in `detectors` and `seeds`.
    public var detector: Int
    public var seed: Int
    /// The rows that the run would have filled, positions in `heldOut`; at least one.
    public var heldOut: [Int]
    public var cause: String

    public init(detector: Int, heldOut: [Int], seed: Int, cause: String) {
      self.detector = detector
      self.heldOut = heldOut
      self.seed = seed
      self.cause = cause
    }
  }

  /// A value that is not finite counts as missing.
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
