/// The columns that `text` takes on a terminal: two for each wide character (Chinese, Japanese, Korean,
/// emoji), none for a combining mark, one for any other. East Asian ambiguous characters count one.
func displayWidth(_ text: String) -> Int { text.reduce(0) { $0 + displayWidth($1) } }

private func displayWidth(_ character: Character) -> Int {
  character.unicodeScalars.reduce(0) { widest, scalar in
    // U+FE0F requests the emoji form of the scalar before it.
    max(widest, scalar == "\u{FE0F}" ? 2 : displayWidth(scalar))
  }
}

private func displayWidth(_ scalar: Unicode.Scalar) -> Int {
  switch scalar.properties.generalCategory {
  case .nonspacingMark, .enclosingMark, .format: return 0
  default: break
  }
  if scalar.properties.isEmojiPresentation { return 2 }
  return wideRanges.contains { $0.contains(scalar.value) } ? 2 : 1
}

/// Unicode's East Asian Width W and F, by blocks (UAX #11), without the emoji.
private let wideRanges: [ClosedRange<UInt32>] = [
  0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F,
  0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
  0x16FE0...0x18CFF, 0x1B000...0x1B2FF, 0x1F200...0x1F2FF, 0x20000...0x3FFFD,
]

/// `text` padded with spaces to `width` columns, flush right or flush left.
func padded(_ text: String, to width: Int, right: Bool) -> String {
  let space = String(repeating: " ", count: max(0, width - displayWidth(text)))
  return right ? space + text : text + space
}

/// Rows as lines with their columns aligned on a terminal.
///
/// - Parameters:
///   - rows: at least one, all with the same number of cells.
///   - names: how many leading columns are flush left; the others are flush right.
public func alignedColumns(_ rows: [[String]], names: Int) -> [String] {
  let rows = rows.map { $0.map(onOneLine) }
  let widths = columnWidths(of: rows)
  return rows.map { alignedCells($0, widths: widths, names: names).joined(separator: "  ") }
}

/// `text` on one line: every control character and line separator, which could move a terminal's cursor or
/// break a table's row, becomes a space.
func onOneLine(_ text: String) -> String {
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: result.append(" ")
    default: result.append(scalar)
    }
  }
  return String(result)
}
