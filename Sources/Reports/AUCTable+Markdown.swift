extension AUCTable {
  /// The table as GitHub's Markdown: a bold caption, a pipe table, and the notes as a list.
  ///
  /// With several seeds there is a row for each class, and a column for each detector or, of one
  /// detector, for each seed; with one seed a row for each detector.
  public var markdown: String { document.markdown }

  /// The layout for a page, with all that stands around it.
  var document: GridDocument {
    let grid = preferredGrid
    return GridDocument(caption: caption(of: grid), grid: grid, notes: notesBelow(bestMark: "bold:"))
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
