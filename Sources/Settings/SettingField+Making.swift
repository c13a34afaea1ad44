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

  public static func integer(
    _ key: String, _ path: WritableKeyPath<Record, Int> & Sendable, _ range: ClosedRange<Int>,
    _ summary: String
  ) -> Self {
    integer(key, path, form: .integer(range), summary)
  }

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

  public static func flag(
    _ key: String, _ path: WritableKeyPath<Record, Bool> & Sendable, _ summary: String
  ) -> Self {
    Self(key, .flag, summary, read: { .flag($0[keyPath: path]) }) { record, value in
      guard case .flag(let flag) = value else { return false }
      record[keyPath: path] = flag
      return true
    }
  }

  public static func text(
    _ key: String, _ path: WritableKeyPath<Record, String> & Sendable, _ summary: String
  ) -> Self {
    Self(key, .text, summary, read: { .text($0[keyPath: path]) }) { record, value in
      guard case .text(let text) = value else { return false }
      record[keyPath: path] = text
      return true
    }
  }

  public static func choice<Choice: SettingChoice>(
    _ key: String, _ path: WritableKeyPath<Record, Choice> & Sendable, _ summary: String
  ) -> Self {
    Self(key, Choice.form, summary, read: { .text($0[keyPath: path].rawValue) }) { record, value in
      guard case .text(let text) = value, let choice = Choice(rawValue: text) else { return false }
      record[keyPath: path] = choice
      return true
    }
  }

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

  /// The same field, legal only where `condition` holds.
  public func applying(_ words: String, when condition: @escaping @Sendable (Record) -> Bool) -> Self {
    SettingField(
      key: key, form: form, summary: summary, applies: condition, appliesWhen: words, read: read,
      write: write, entersIdentityByDefault: entersIdentityByDefault, staysOutOfIdentity: staysOutOfIdentity,
      hasFixedDefault: hasFixedDefault, scope: scope)
  }

  /// The same field, of which another value asks for no other training.
  public func deciding(_ scope: SettingScope) -> Self {
    var field = self
    field.scope = scope
    return field
  }

  /// The same field, which earlier versions of the program knew by another key.
  public func formerly(_ key: String) -> Self {
    var field = self
    field.formerKey = key
    return field
  }

  /// The same field, of which the default stays out of a run's id; for a field that came after there were runs.
  public func leftOutOfIdentityByDefault() -> Self {
    var field = self
    field.entersIdentityByDefault = false
    return field
  }
}

extension SettingField {
  /// The same field, whose value stays out of a run's id where `condition` holds; for a later field whose default
  /// depends on the others' values.
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
