import Results
import Settings
import Specs

/// What each hidden choice is worth: the first row is the experiments' own AUROC, the others show how far it moves when
/// one choice alone changes.
///
/// Changes of score, pass and epoch are evaluated on the same training; the other choices, which an experiment varies
/// one by one, are trained separately.
public struct AuditTable: Sendable, Equatable {
  /// A held-out class of one experiment.
  public struct Column: Sendable, Equatable {
    /// Title of the data set.
    public var dataset: String
    /// Name of the class.
    public var heldOut: String
    /// The seeds, in the order of the values.
    public var seeds: [Int]
    /// The first row's AUROC by seed.
    public var base: [Double?]
    /// The first row's value of each choice.
    public var own: [String: String]
    /// AUROC by seed under each change.
    public var changed: [Change: [Double?]]
  }

  /// A choice and the value it is changed to.
  public struct Change: Hashable, Sendable {
    /// What is chosen, such as `score`.
    public var choice: String
    /// What it is changed to, such as `squared-l2`.
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

  /// The preset that the first row starts from, such as `code-2019`, or the experiment's name.
  public let start: String
  /// One per experiment and held-out class.
  public let columns: [Column]
  /// In the order shown.
  public let changes: [Change]
  /// One line per experiment with classes that are not shown or not computed yet.
  let absences: [String]

  init(start: String, columns: [Column], changes: [Change], absences: [String] = []) {
    self.start = start
    self.columns = columns
    self.changes = changes
    self.absences = absences
  }
}

extension AuditTable.Column {
  /// How far AUROC moves, over seeds; nil if the first row already has this value or nothing is known.
  func difference(_ change: AuditTable.Change) -> SeedSummary? {
    changed[change].map { values in
      SeedSummary(zip(values, base).map { value, base in value.flatMap { value in base.map { value - $0 } } })
    }
  }

  /// Whether the first row already has this value.
  func isOwn(_ change: AuditTable.Change) -> Bool { own[change.choice] == change.value }
}
