import Results
import Settings
import Specs

/// What each hidden choice is worth: the first row as the experiments have it, then by how much AUROC moves when one
/// choice alone is another.
///
/// Choices of the scores, the pass and the epoch are read off one training; the others, which an experiment varies one
/// by one, have trainings of their own.
public struct AuditTable: Sendable, Equatable {
  /// A held-out class of one of the experiments.
  public struct Column: Sendable, Equatable {
    public var dataset: String
    public var heldOut: String
    public var seeds: [Int]
    /// The first row's AUROC by seed.
    public var base: [Double?]
    /// What the first row has chosen, by choice.
    public var own: [String: String]
    /// By what is changed: AUROC by seed.
    public var changed: [Change: [Double?]]
  }

  /// A choice and what is chosen.
  public struct Change: Hashable, Sendable {
    public var choice: String
    public var value: String

    public init(_ choice: String, _ value: String) {
      self.choice = choice
      self.value = value
    }
  }

  static let score = "score"
  static let pass = "pass"
  static let epoch = "epoch"
  static let all = "all"

  /// What the first row is, such as `code-2019`.
  public let start: String
  public let columns: [Column]
  /// In the order in which they are shown.
  public let changes: [Change]
  /// A line for each experiment whose data set has classes that are not among the columns, or not computed.
  let absences: [String]

  init(start: String, columns: [Column], changes: [Change], absences: [String] = []) {
    self.start = start
    self.columns = columns
    self.changes = changes
    self.absences = absences
  }
}

extension AuditTable.Column {
  /// By how much AUROC moves, over seeds; nil where the first row has this choice already, or nothing is known.
  func difference(_ change: AuditTable.Change) -> SeedSummary? {
    changed[change].map { values in
      SeedSummary(zip(values, base).map { value, base in value.flatMap { value in base.map { value - $0 } } })
    }
  }

  /// Whether the first row has chosen so.
  func isOwn(_ change: AuditTable.Change) -> Bool { own[change.choice] == change.value }
}
