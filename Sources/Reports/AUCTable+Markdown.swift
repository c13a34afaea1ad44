extension AUCTable {
  /// The table as GitHub's Markdown: a bold caption, a pipe table, and the notes as a list.
  ///
  /// With several seeds, one row per class and one column per detector (per seed if there is one detector); with one
  /// seed, one row per detector.
  public var markdown: String { document.markdown }

  /// The layout for a page, with caption and notes.
  var document: GridDocument {
    let grid = preferredGrid
    return GridDocument(caption: caption(of: grid), grid: grid, notes: notesBelow(bestMark: "bold:"))
  }
}

/// `text` escaped so that Markdown shows it literally, in a table cell too.
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
