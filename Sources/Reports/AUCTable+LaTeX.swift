extension AUCTable {
  /// The table as a LaTeX `table` float, for a document that loads `booktabs`.
  ///
  /// Laid out as in Markdown. Names in scripts that pdfLaTeX's fonts lack need XeLaTeX or LuaLaTeX.
  public var latex: String {
    let grid = preferredGrid
    var rows = grid.rows.map { "    " + latexRow($0.map { latexEscaped($0.markedText) }) }
    if grid.lastRowIsSummary { rows.insert("    \\midrule", at: rows.count - 1) }
    let columns = "l" + String(repeating: "r", count: grid.header.count - 1)
    var lines = [
      "% \\usepackage{booktabs}",
      "\\begin{table}",
      "  \\centering",
      "  \\caption{\(latexEscaped(caption(of: grid)))}",
      "  \\begin{tabular}{\(columns)}",
      "    \\toprule",
      "    " + latexRow(grid.header.map(latexEscaped)),
      "    \\midrule",
    ]
    lines += rows
    lines += ["    \\bottomrule", "  \\end{tabular}"]
    for note in notesBelow { lines.append("  \\par{\\footnotesize \(latexEscaped(note))}") }
    lines.append("\\end{table}")
    return lines.map { $0 + "\n" }.joined()
  }
}

private func latexRow(_ cells: [String]) -> String { cells.joined(separator: " & ") + " \\\\" }

/// `text` such that LaTeX shows it as it is.
///
/// `[` and `*` are put in braces, since at the start of a row they would be read as an argument of the `\\`
/// that ends the row before; so is a hyphen after a hyphen, which would join it to a dash.
func latexEscaped(_ text: String) -> String {
  onOneLine(text).reduce(into: "") { result, character in
    switch character {
    case "\\": result += "\\textbackslash{}"
    case "{", "}", "$", "&", "#", "_", "%": result += "\\" + String(character)
    case "^": result += "\\textasciicircum{}"
    case "~": result += "\\textasciitilde{}"
    case "<": result += "\\textless{}"
    case ">": result += "\\textgreater{}"
    case "|": result += "\\textbar{}"
    case "\"": result += "{''}"
    case "[", "]", "*": result += "{" + String(character) + "}"
    case "-": result += result.hasSuffix("-") ? "{-}" : "-"
    case "±": result += "$\\pm$"
    case "×": result += "$\\times$"
    case "—": result += "---"
    default: result.append(character)
    }
  }
}
