/// A value as it stands in a spec, before it has found its typed place.
public enum SettingValue: Sendable, Equatable {
  case integer(Int)
  case number(Double)
  case text(String)
  case flag(Bool)
  case list([SettingValue])
}

/// What values a field takes: one description that the parser checks against, the JSON schema is written from
/// and error messages quote.
public indirect enum SettingForm: Sendable, Equatable {
  case integer(ClosedRange<Int>)
  /// One of a few integers, with the reason in words ("4·2^k").
  case integerAmong([Int], reason: String)
  case number(NumberRange)
  case flag
  case text
  case choice([String])
  /// A list without repetitions.
  case list(of: SettingForm, atLeast: Int)
}

/// An interval of real numbers with open or closed ends.
public struct NumberRange: Sendable, Equatable {
  public var lower: Double
  public var upper: Double
  public var includesLower: Bool
  public var includesUpper: Bool

  public init(_ lower: Double, _ upper: Double, includesLower: Bool = true, includesUpper: Bool = true) {
    self.lower = lower
    self.upper = upper
    self.includesLower = includesLower
    self.includesUpper = includesUpper
  }

  /// lower ≤ value
  public static func atLeast(_ lower: Double) -> NumberRange {
    NumberRange(lower, .infinity, includesUpper: false)
  }

  /// lower < value
  public static func above(_ lower: Double) -> NumberRange {
    NumberRange(lower, .infinity, includesLower: false, includesUpper: false)
  }

  public func contains(_ value: Double) -> Bool {
    (includesLower ? value >= lower : value > lower) && (includesUpper ? value <= upper : value < upper)
  }
}

/// One setting of a record: its key, its legal values, its documentation, and how it is read and written.
public struct SettingField<Record: Sendable>: Sendable {
  public let key: String
  /// The key that earlier versions of the program knew it by, which is read as well; nil for none.
  public var formerKey: String?
  public let form: SettingForm
  /// One sentence for the schema and the documentation.
  public let summary: String
  /// Whether the field means anything beside the others' values: one that does not is refused when given, and
  /// left out of the resolved form.
  public let applies: @Sendable (Record) -> Bool
  /// When it applies, in words ("only with `name: folder`"); empty for always.
  public let appliesWhen: String
  public let read: @Sendable (Record) -> SettingValue
  /// Stores a value that has been checked against `form`; false when its case does not fit the field.
  public let write: @Sendable (inout Record, SettingValue) -> Bool
  /// Whether the default enters a run's id. Not so for a field that came later: with its default, it stands for
  /// what runs did before it was there, and their ids hold.
  public var entersIdentityByDefault = true
  /// Whether the value stays out of a run's id beside the others' values, for a field whose default depends on them.
  public var staysOutOfIdentity: @Sendable (Record) -> Bool = { _ in false }
  /// Whether the default is the same whatever the others' values; only such a one stands in the schema.
  public var hasFixedDefault = true
  public var scope = SettingScope.training
}

/// What another value of a setting asks for.
public enum SettingScope: Sendable {
  /// Another training: the value enters the training's id.
  case training
  /// Another evaluation of the same training, which its stored weights are enough for.
  case evaluation
  /// Another view of what is stored already.
  case view
}

/// A group of settings that knows its own fields.
public protocol SettingsRecord: Sendable, Equatable {
  /// All defaults.
  init()
  /// The fields in the order in which they are documented and written.
  static var fields: [SettingField<Self>] { get }
}

extension SettingsRecord {
  /// The values of all fields that apply, in the order of `fields`.
  public var resolved: [(key: String, value: SettingValue)] {
    Self.fields.filter { $0.applies(self) }.map { ($0.key, $0.read(self)) }
  }

  /// The defaults, but for what `values` say: a value that the field cannot hold is left out, and so is one of no
  /// field, since stored settings may be of another version of the program.
  public init(stored values: [String: SettingValue]) {
    self.init()
    for field in Self.fields {
      let former = field.formerKey.flatMap { values[$0] }
      if let value = values[field.key] ?? former { _ = field.write(&self, value) }
    }
  }

  /// The values that enter a training's id: those of `resolved` that a training depends on, but for later fields'
  /// defaults.
  public var trainingIdentity: [(key: String, value: SettingValue)] {
    identity { $0.scope == .training }.map { ($0.key, $0.read(self)) }
  }

  /// The values that entered a run's id before trainings and evaluations were told apart.
  public var earlierIdentity: [(key: String, value: SettingValue)] {
    identity { _ in true }.map { ($0.formerKey ?? $0.key, $0.read(self)) }
  }

  private func identity(_ isWanted: (SettingField<Self>) -> Bool) -> [SettingField<Self>] {
    let defaults = Self()
    return Self.fields.filter { field in
      isWanted(field) && field.applies(self) && !field.staysOutOfIdentity(self)
        && (field.entersIdentityByDefault || field.read(self) != field.read(defaults))
    }
  }
}
