/// HTML or SVG as a tree; text is escaped when it is written, here and nowhere else.
indirect enum Markup {
  case element(String, [(name: String, value: String)], [Markup])
  case text(String)
  /// Markup that is already rendered, such as a figure.
  case drawing(String)

  /// An element, with its attributes in this order.
  static func element(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ content: [Markup] = []
  ) -> Markup {
    .element(name, attributes.map { ($0.key, $0.value) }, content)
  }

  /// The element with more attributes; anything else is unchanged.
  func with(_ attributes: KeyValuePairs<String, String>) -> Markup {
    guard case .element(let name, let old, let content) = self else { return self }
    return .element(name, old + attributes.map { ($0.key, $0.value) }, content)
  }

  var rendered: String {
    var text = ""
    write(to: &text)
    return text
  }

  /// Elements that never have content.
  private static let empty: Set<String> = [
    "br", "circle", "image", "img", "line", "meta", "path", "rect",
  ]

  /// Elements followed by a line break.
  private static let blocks: Set<String> = [
    "body", "dd", "div", "dl", "dt", "figure", "figcaption", "g", "h1", "h2", "h3", "head", "header", "li",
    "main", "meta", "nav", "p", "pre", "section", "style", "svg", "table", "tbody", "thead", "title", "tr",
    "ul",
  ]

  func write(to text: inout String) {
    switch self {
    case .text(let content): text += escaped(content)
    case .drawing(let rendered): text += rendered
    case .element(let name, let attributes, let content):
      text += "<\(name)"
      for attribute in attributes { text += " \(attribute.name)=\"\(escaped(attribute.value))\"" }
      if content.isEmpty, Self.empty.contains(name) {
        text += "/>"
      } else {
        text += ">"
        for part in content { part.write(to: &text) }
        text += "</\(name)>"
      }
      if Self.blocks.contains(name) { text += "\n" }
    }
  }
}

extension Markup: ExpressibleByStringInterpolation {
  init(stringLiteral value: String) { self = .text(value) }
}

/// `text` escaped for HTML and XML; characters that neither allows become U+FFFD.
func escaped(_ text: String) -> String {
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result.append(contentsOf: "&amp;".unicodeScalars)
    case "<": result.append(contentsOf: "&lt;".unicodeScalars)
    case ">": result.append(contentsOf: "&gt;".unicodeScalars)
    case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
    case "\t", "\n", "\r": result.append(scalar)
    default: result.append(isMarkupCharacter(scalar) ? scalar : "\u{FFFD}")
    }
  }
  return String(result)
}

/// Neither a control character nor one of Unicode's noncharacters.
private func isMarkupCharacter(_ scalar: Unicode.Scalar) -> Bool {
  let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
  let isNoncharacter = scalar.value & 0xFFFE == 0xFFFE || (0xFDD0...0xFDEF).contains(scalar.value)
  return !isControl && !isNoncharacter
}

/// A coordinate with at most two decimals.
func coordinate(_ value: Double) -> String {
  guard value.isFinite, abs(value) < 1e12 else { return "0" }
  let hundredths = Int((value * 100).rounded())
  let (whole, rest) = (abs(hundredths) / 100, abs(hundredths) % 100)
  let decimals = rest == 0 ? "" : rest % 10 == 0 ? ".\(rest / 10)" : rest < 10 ? ".0\(rest)" : ".\(rest)"
  return (hundredths < 0 ? "-" : "") + String(whole) + decimals
}
