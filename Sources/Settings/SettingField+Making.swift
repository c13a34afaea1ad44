extension SettingField {
  private init(
    _ key: String, _ form: SettingForm, _ summary: String,
    read: @escaping @Sendable (Record) -> SettingValue,
    write: @escaping @Sendable (inout Record, SettingValue) -> Bool
  ) {
    self.init(
      key: key, form: form, summary: summary, applies: { _ in true }, appliesWhen: "", read: read,
      write: write)
  }

  /// An integer field with a range of values.
  public static func integer(
    _ key: String, _ path: WritableKeyPath<Record, Int> & Sendable, _ range: ClosedRange<Int>,
    _ summary: String
  ) -> Self {
    integer(key, path, form: .integer(range), summary)
  }

  /// An integer field with a few legal values, and the reason for them in words.
  public static func integer(
    _ key: String, _ path: WritableKeyPath<Record, Int> & Sendable, among values: [Int], reason: String = "",
    _ summary: String
  ) -> Self {
    integer(key, path, form: .integerAmong(values, reason: reason), summary)
  }

  private static func integer(
    _ key: String, _ path: WritableKeyPath<Record, Int> & Sendable, form: SettingForm, _ summary: String
  ) -> Self {
    Self(key, form, summary, read: { .integer($0[keyPath: path]) }) { record, value in
      guard case .integer(let integer) = value else { return false }
      record[keyPath: path] = integer
      return true
    }
  }

  /// A field for real numbers; integers are accepted too.
  public static func number(
    _ key: String, _ path: WritableKeyPath<Record, Double> & Sendable, _ range: NumberRange, _ summary: String
  ) -> Self {
    Self(key, .number(range), summary, read: { .number($0[keyPath: path]) }) { record, value in
      switch value {
      case .number(let number): record[keyPath: path] = number
      case .integer(let integer): record[keyPath: path] = Double(integer)
      default: return false
      }
      return true
    }
  }

  /// A Boolean field.
  public static func flag(
    _ key: String, _ path: WritableKeyPath<Record, Bool> & Sendable, _ summary: String
  ) -> Self {
    Self(key, .flag, summary, read: { .flag($0[keyPath: path]) }) { record, value in
      guard case .flag(let flag) = value else { return false }
      record[keyPath: path] = flag
      return true
    }
  }

  /// A text field.
  public static func text(
    _ key: String, _ path: WritableKeyPath<Record, String> & Sendable, _ summary: String
  ) -> Self {
    Self(key, .text, summary, read: { .text($0[keyPath: path]) }) { record, value in
      guard case .text(let text) = value else { return false }
      record[keyPath: path] = text
      return true
    }
  }

  /// A field whose value is one of a closed set of words.
  public static func choice<Choice: SettingChoice>(
    _ key: String, _ path: WritableKeyPath<Record, Choice> & Sendable, _ summary: String
  ) -> Self {
    Self(key, Choice.form, summary, read: { .text($0[keyPath: path].rawValue) }) { record, value in
      guard case .text(let text) = value, let choice = Choice(rawValue: text) else { return false }
      record[keyPath: path] = choice
      return true
    }
  }

  /// A list of distinct words from a closed set, with at least `atLeast` of them.
  public static func choices<Choice: SettingChoice>(
    _ key: String, _ path: WritableKeyPath<Record, [Choice]> & Sendable, atLeast: Int, _ summary: String
  ) -> Self {
    Self(
      key, .list(of: Choice.form, atLeast: atLeast), summary,
      read: { .list($0[keyPath: path].map { .text($0.rawValue) }) }
    ) { record, value in
      guard case .list(let values) = value else { return false }
      var choices: [Choice] = []
      for case .text(let text) in values { if let choice = Choice(rawValue: text) { choices.append(choice) } }
      guard choices.count == values.count else { return false }
      record[keyPath: path] = choices
      return true
    }
  }

  /// Makes the field legal only if `condition` holds; `words` says when, as in `appliesWhen`.
  public func applying(_ words: String, when condition: @escaping @Sendable (Record) -> Bool) -> Self {
    SettingField(
      key: key, form: form, summary: summary, applies: condition, appliesWhen: words, read: read,
      write: write, entersIdentityByDefault: entersIdentityByDefault, staysOutOfIdentity: staysOutOfIdentity,
      hasFixedDefault: hasFixedDefault, scope: scope)
  }

  /// Sets what another value of the field requires instead of another training.
  public func deciding(_ scope: SettingScope) -> Self {
    var field = self
    field.scope = scope
    return field
  }

  /// Sets the key that earlier versions of the program used.
  public func formerly(_ key: String) -> Self {
    var field = self
    field.formerKey = key
    return field
  }

  /// Leaves the default out of a run's id, for a field added when there were already runs.
  public func leftOutOfIdentityByDefault() -> Self {
    var field = self
    field.entersIdentityByDefault = false
    return field
  }
}

extension SettingField {
  /// Leaves the value out of a run's id if `condition` holds, for a later field whose default depends on other values.
  public func leftOutOfIdentity(when condition: @escaping @Sendable (Record) -> Bool) -> Self {
    var field = self
    field.staysOutOfIdentity = condition
    field.hasFixedDefault = false
    return field
  }
}

/// A closed set of words.
public protocol SettingChoice: RawRepresentable, CaseIterable, Sendable, Hashable where RawValue == String {}

extension SettingChoice {
  static var form: SettingForm { .choice(allCases.map(\.rawValue)) }
}
