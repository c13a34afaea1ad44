/// A value from a spec, before it is stored in a typed property.
public enum SettingValue: Sendable, Hashable, Codable {
  case integer(Int)
  case number(Double)
  case text(String)
  case flag(Bool)
  case list([SettingValue])
}

/// The values a field takes: the parser checks against this description, the JSON schema is generated from it, and
/// error messages quote it.
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
  /// The lower end.
  public var lower: Double
  /// The upper end.
  public var upper: Double
  /// Whether the lower end belongs to the interval.
  public var includesLower: Bool
  /// Whether the upper end belongs to the interval.
  public var includesUpper: Bool

  /// The interval from `lower` to `upper`, closed by default.
  public init(_ lower: Double, _ upper: Double, includesLower: Bool = true, includesUpper: Bool = true) {
    self.lower = lower
    self.upper = upper
    self.includesLower = includesLower
    self.includesUpper = includesUpper
  }

  /// Values with lower ≤ value.
  public static func atLeast(_ lower: Double) -> NumberRange {
    NumberRange(lower, .infinity, includesUpper: false)
  }

  /// Values with lower < value.
  public static func above(_ lower: Double) -> NumberRange {
    NumberRange(lower, .infinity, includesLower: false, includesUpper: false)
  }

  /// Whether `value` lies in the interval.
  public func contains(_ value: Double) -> Bool {
    (includesLower ? value >= lower : value > lower) && (includesUpper ? value <= upper : value < upper)
  }
}

/// One setting of a record: its key, legal values, documentation, and accessors.
public struct SettingField<Record: Sendable>: Sendable {
  /// The key in specs.
  public let key: String
  /// The key in earlier versions of the program, still accepted; nil for none.
  public var formerKey: String?
  /// The legal values.
  public let form: SettingForm
  /// One sentence for the schema and the documentation.
  public let summary: String
  /// Whether the field has a meaning given the other values; if not, it is refused when given and omitted from the
  /// resolved form.
  public let applies: @Sendable (Record) -> Bool
  /// When it applies, in words ("only with `name: folder`"); empty for always.
  public let appliesWhen: String
  /// Returns the record's value.
  public let read: @Sendable (Record) -> SettingValue
  /// Stores a value already checked against `form`; returns false if its case does not fit the field.
  public let write: @Sendable (inout Record, SettingValue) -> Bool
  /// Whether the default enters a run's id. False for a field added later: its default stands for what runs did before,
  /// so their ids remain valid.
  public var entersIdentityByDefault = true
  /// Whether other values keep this one out of a run's id, for a field whose default depends on them.
  public var staysOutOfIdentity: @Sendable (Record) -> Bool = { _ in false }
  /// Whether the default is independent of other values; only then is it in the schema.
  public var hasFixedDefault = true
  /// What another value requires.
  public var scope = SettingScope.training
}

/// What another value of a setting requires.
public enum SettingScope: Sendable {
  /// Another training: the value enters the run's id.
  case training
  /// Another evaluation of the same training, for which stored weights suffice.
  case evaluation
  /// Another view of stored results.
  case view
}

/// A group of settings that knows its own fields.
public protocol SettingsRecord: Sendable, Equatable {
  /// Creates the default settings.
  init()
  /// The fields, in the order in which they are documented and written.
  static var fields: [SettingField<Self>] { get }
}

extension SettingsRecord {
  /// The values of all applicable fields, in the order of `fields`.
  public var resolved: [(key: String, value: SettingValue)] {
    Self.fields.filter { $0.applies(self) }.map { ($0.key, $0.read(self)) }
  }

  /// Applies stored values to the defaults. Values that a field cannot hold and unknown keys are ignored, since another
  /// version of the program may have stored them.
  public init(stored values: [String: SettingValue]) {
    self.init()
    for field in Self.fields {
      let former = field.formerKey.flatMap { values[$0] }
      if let value = values[field.key] ?? former { _ = field.write(&self, value) }
    }
  }

  /// The values that enter a training's id: those of `resolved` that affect training, without the defaults of later
  /// fields.
  public var trainingIdentity: [(key: String, value: SettingValue)] {
    identity { $0.scope == .training }.map { ($0.key, $0.read(self)) }
  }

  /// The values that entered a run's id before training and evaluation were separated.
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
