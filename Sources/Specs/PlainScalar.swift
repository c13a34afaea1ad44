import Settings

/// Interprets an unquoted YAML scalar in a spec: YAML 1.2's core schema, without notations that mean different numbers
/// or flags in different versions of YAML.
///
/// - Integers are decimal, without leading zeros. `0x10`, `0o17`, `017` and `1_000` mean different things to different
///   YAML parsers, so here they are texts and refused as numbers.
/// - Numbers may have a fraction, an exponent or both: `2e-4`, `0.0002`, `.5`, `5.`. `.inf` and `.nan` are numbers too,
///   but no field accepts them.
/// - Only `true` and `false` are flags; `yes`, `on`, `True` are texts.
///
/// - Returns: the value; nil for `null`, `~` and the empty scalar.
func plainScalar(_ spelling: String) -> SettingValue? {
  switch spelling {
  case "", "~", "null", "Null", "NULL": return nil
  case "true": return .flag(true)
  case "false": return .flag(false)
  case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .number(.infinity)
  case "-.inf", "-.Inf", "-.INF": return .number(-.infinity)
  case ".nan", ".NaN", ".NAN": return .number(.nan)
  default: break
  }
  if spelling.wholeMatch(of: /[-+]?(0|[1-9][0-9]*)/) != nil {
    // An integer beyond 64 bits stays a number, so that it is refused as out of range rather than as a text.
    return Int(spelling).map(SettingValue.integer) ?? Double(spelling).map(SettingValue.number)
  }
  if spelling.wholeMatch(of: /[-+]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?/) != nil {
    // Swift's parser requires digits on both sides of the point; YAML does not.
    let digits = spelling.replacing(/^([-+]?)\./) { "\($0.1)0." }.replacing(/\.($|[eE])/) { ".0\($0.1)" }
    return Double(digits).map(SettingValue.number)
  }
  return .text(spelling)
}

/// What a text in an unsupported notation ("0x10", "1_000", "010", "yes") probably means, in the supported one; nil if
/// there is no guess.
func plainSpelling(of text: String) -> String? {
  switch text.lowercased() {
  case "yes", "on", "true": return "true"
  case "no", "off", "false": return "false"
  default: break
  }
  let digits = text.replacing("_", with: "")
  let integer: Int?
  switch digits.prefix(2).lowercased() {
  case "0x": integer = Int(digits.dropFirst(2), radix: 16)
  case "0o": integer = Int(digits.dropFirst(2), radix: 8)
  case "0b": integer = Int(digits.dropFirst(2), radix: 2)
  default: integer = Int(digits)
  }
  return integer.map(String.init)
}
