import Settings

/// A value of a spec and its place, independent of the YAML library.
struct SpecNode {
  enum Content {
    /// The value, its spelling, and whether it is quoted.
    case scalar(SettingValue, spelling: String, quoted: Bool)
    /// `null`, `~` or nothing at all.
    case null
    case list([SpecNode])
    case mapping([SpecEntry])
  }

  var content: Content
  /// `path:line:column`, or the option that gave the value.
  var place: String

  /// The text, if this is a scalar that holds one.
  var text: String? {
    if case .scalar(.text(let text), _, _) = content { text } else { nil }
  }

  /// What was found, for an error message.
  var found: String {
    switch content {
    case .scalar(.text, let spelling, _): "the text '\(shortened(spelling))'"
    case .scalar(.integer, let spelling, _): "the integer \(spelling)"
    case .scalar(.number, let spelling, _): "the number \(spelling)"
    case .scalar(.flag, let spelling, _): "the flag \(spelling)"
    case .scalar(.list, _, _), .list: "a list"
    case .null: "nothing"
    case .mapping: "a mapping"
    }
  }

  /// The beginning of the first line, for single-line messages.
  private func shortened(_ text: String) -> String {
    let line = text.prefix { !$0.isNewline }.prefix(60)
    return line.endIndex == text.endIndex ? text : "\(line)…"
  }
}

/// A key of a mapping and its value.
struct SpecEntry {
  var key: String
  var keyPlace: String
  var value: SpecNode
}
