extension AUCTable {
  /// The table as GitHub's Markdown: a bold caption, a pipe table, and the notes as a list.
  ///
  /// With several seeds there is a row for each held-out class, and a column for each detector or, of one
  /// detector, for each seed; with one seed a row for each detector.
  public var markdown: String {
    let grid = preferredGrid
    let cells =
      [grid.header.map(markdownEscaped)] + grid.rows.map { $0.map { markdownEscaped($0.markedText) } }
    let widths = columnWidths(of: cells).map { max($0, 4) }
    var lines = cells.map { "| " + alignedCells($0, widths: widths).joined(separator: " | ") + " |" }
    let rule = widths.enumerated().map { column, width in
      String(repeating: "-", count: column == 0 ? width : width - 1) + (column == 0 ? "" : ":")
    }
    lines.insert("| " + rule.joined(separator: " | ") + " |", at: 1)
    lines.insert(contentsOf: ["**" + markdownEscaped(caption(of: grid)) + "**", ""], at: 0)
    let notes = notesBelow.map { "- " + markdownEscaped($0) }
    if !notes.isEmpty { lines += [""] + notes }
    return lines.map { $0 + "\n" }.joined()
  }
}

/// `text` such that Markdown shows it as it is, in a table's cell too.
func markdownEscaped(_ text: String) -> String {
  onOneLine(text).reduce(into: "") { result, character in
    switch character {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\\", "|", "*", "_", "`", "[", "]", "#", "~", "$": result += "\\" + String(character)
    default: result.append(character)
    }
  }
}
