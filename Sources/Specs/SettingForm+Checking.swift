import Diagnostics
import Settings

extension SettingForm {
  /// Checks `node` and returns its value.
  ///
  /// - Parameter subject: what the value belongs to, for the error message ("'detector.width'").
  /// - Throws: `.usage` at the node's place, with what is expected and what was found.
  func value(of node: SpecNode, for subject: String) throws(Problem) -> SettingValue {
    switch (self, node.content) {
    case (.integer(let range), .scalar(.integer(let value), _, _)) where range.contains(value):
      return .integer(value)
    case (.integerAmong(let values, _), .scalar(.integer(let value), _, _)) where values.contains(value):
      return .integer(value)
    case (.number(let range), .scalar(.integer(let value), _, _)) where range.contains(Double(value)):
      return .number(Double(value))
    case (.number(let range), .scalar(.number(let value), _, _)) where range.contains(value):
      // Adding zero turns −0 into 0, so that equal values look equal everywhere.
      return .number(value + 0)
    case (.flag, .scalar(.flag(let value), _, _)):
      return .flag(value)
    case (.text, .scalar(.text(let value), _, _)):
      return .text(value)
    case (.choice(let words), .scalar(.text(let value), _, _)) where words.contains(value):
      return .text(value)
    case (.list(let form, let least), .list(let nodes)) where nodes.count >= least:
      return .list(try form.distinctValues(of: nodes, for: subject))
    case (_, .null):
      throw Problem(
        .usage, at: node.place, "\(subject) has no value", hint: "it must be \(words); or leave the key out")
    default:
      throw Problem(
        .usage, at: node.place, "\(subject) must be \(words), not \(node.found)", hint: hint(for: node))
    }
  }

  private func distinctValues(of nodes: [SpecNode], for subject: String) throws(Problem) -> [SettingValue] {
    var values: [SettingValue] = []
    for node in nodes {
      let value = try value(of: node, for: "every element of \(subject)")
      if values.contains(value) {
        throw Problem(.usage, at: node.place, "\(node.found) occurs more than once in \(subject)")
      }
      values.append(value)
    }
    return values
  }

  /// The legal values in words, for use after "must be".
  var words: String {
    switch self {
    case .integer(let range) where range.upperBound == .max: "an integer of at least \(range.lowerBound)"
    case .integer(let range): "an integer from \(range.lowerBound) to \(range.upperBound)"
    case .integerAmong(let values, let reason):
      "one of \(values.map(String.init).joined(separator: ", "))" + (reason.isEmpty ? "" : " (\(reason))")
    case .number(let range): "a number \(range.words)"
    case .flag: "true or false"
    case .text: "a text"
    case .choice(let words): words.count == 1 ? words[0] : "one of \(words.joined(separator: ", "))"
    case .list(let form, 0): "a list, each element \(form.words)"
    case .list(let form, let least):
      "a list of at least \(least) \(least == 1 ? "element" : "elements"), each \(form.words)"
    }
  }

  /// What to write instead; empty if nothing is close.
  private func hint(for node: SpecNode) -> String {
    guard case .scalar(let value, let spelling, let quoted) = node.content else { return "" }
    switch (self, value) {
    case (.choice(let words), .text(let text)):
      // Leading zeros and other bases, for classes that are numbers.
      if let plain = plainSpelling(of: text), words.contains(plain) { return "write \(plain)" }
      return nearest(to: text, among: words).map { "did you mean '\($0)'?" } ?? ""
    case (.text, _):
      return "put it in quotes: \"\(spelling)\""
    case (.list, _):
      return "write [\(spelling)]"
    case (.number, .number(let number)) where !number.isFinite:
      return "it must be finite"
    case (.integer, .number(let number)), (.integerAmong, .number(let number)):
      return Int(exactly: number).map { "write \($0)" } ?? ""
    case (.integer, .text(let text)), (.integerAmong, .text(let text)), (.number, .text(let text)),
      (.flag, .text(let text)):
      guard let plain = quoted && accepts(text) ? text : plainSpelling(of: text), accepts(plain) else {
        return ""
      }
      return quoted && plain == text ? "write it without quotes" : "write \(plain)"
    default:
      return ""
    }
  }

  /// Whether `spelling`, unquoted, is a legal value.
  private func accepts(_ spelling: String) -> Bool {
    guard let value = plainScalar(spelling) else { return false }
    let node = SpecNode(content: .scalar(value, spelling: spelling, quoted: false), place: "")
    return (try? self.value(of: node, for: "")) != nil
  }
}

extension NumberRange {
  /// The interval in words ("above 0", "from 0 to below 1").
  var words: String {
    let low = includesLower ? "from \(SettingValue.text(of: lower))" : "above \(SettingValue.text(of: lower))"
    if upper == .infinity {
      return includesLower ? "of at least \(SettingValue.text(of: lower))" : low
    }
    let high = SettingValue.text(of: upper)
    return includesLower
      ? "\(low) \(includesUpper ? "up to" : "to below") \(high)"
      : "\(low) and \(includesUpper ? "up to" : "below") \(high)"
  }
}
