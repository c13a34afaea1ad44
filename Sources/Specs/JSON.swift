import Settings

/// A JSON value with a fixed key order, so that equal values give equal bytes.
enum JSON {
  case text(String)
  case integer(Int)
  case number(Double)
  case flag(Bool)
  case array([JSON])
  case object([(key: String, value: JSON)])

  init(_ value: SettingValue) {
    self =
      switch value {
      case .integer(let integer): .integer(integer)
      case .number(let number): .number(number)
      case .text(let text): .text(text)
      case .flag(let flag): .flag(flag)
      case .list(let values): .array(values.map(JSON.init))
      }
  }

  /// The record's applicable settings, in the order of its fields.
  init(_ record: some SettingsRecord) {
    self = .object(record.resolved.map { ($0.key, JSON($0.value)) })
  }

  /// The same value with each object's keys sorted by their UTF-8 bytes.
  var sorted: JSON {
    switch self {
    case .array(let elements): .array(elements.map(\.sorted))
    case .object(let members):
      .object(
        members.map { ($0.key, $0.value.sorted) }.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) })
    default: self
    }
  }

  /// Single-line form without spaces.
  var compact: String {
    switch self {
    case .text(let text): JSON.quoted(text)
    case .integer(let integer): String(integer)
    case .number(let number): SettingValue.text(of: number)
    case .flag(let flag): String(flag)
    case .array(let elements): "[" + elements.map(\.compact).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.map { "\(JSON.quoted($0.key)):\($0.value.compact)" }.joined(separator: ",") + "}"
    }
  }

  /// Multi-line form: object members on separate lines, indented by two spaces; lists on one line if they contain no
  /// lists or objects.
  func pretty(indentation: String = "") -> String {
    let inner = indentation + "  "
    switch self {
    case .object(let members) where !members.isEmpty:
      let lines = members.map {
        "\(inner)\(JSON.quoted($0.key)): \($0.value.pretty(indentation: inner))"
      }
      return "{\n\(lines.joined(separator: ",\n"))\n\(indentation)}"
    case .array(let elements) where elements.contains(where: \.isCompound):
      let lines = elements.map { inner + $0.pretty(indentation: inner) }
      return "[\n\(lines.joined(separator: ",\n"))\n\(indentation)]"
    case .array(let elements):
      return "[" + elements.map(\.compact).joined(separator: ", ") + "]"
    default:
      return compact
    }
  }

  private var isCompound: Bool {
    switch self {
    case .array, .object: true
    default: false
    }
  }

  /// `text` in double quotes, valid in both JSON and YAML: YAML also requires escapes for invisible and line-ending
  /// characters.
  static func quoted(_ text: String) -> String {
    // A fast path for almost every text: the ids of a hundred thousand runs contain many.
    if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) && $0 != 0x22 && $0 != 0x5C }) {
      return "\"" + text + "\""
    }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x22: quoted += "\\\""
      case 0x5C: quoted += "\\\\"
      case 0x0A: quoted += "\\n"
      case 0x09: quoted += "\\t"
      case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}

extension SettingValue {
  /// The shortest decimal text that parses to the same number; whole numbers have no decimal point.
  public static func text(of number: Double) -> String {
    let text = number.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
