/// A grid with its caption and notes, in human-readable formats.
struct GridDocument {
  var caption: String
  var grid: Grid
  var notes: [String]

  /// GitHub's Markdown: a bold caption, a pipe table, and the notes as a list.
  var markdown: String {
    let cells = [grid.header.map(markdownEscaped)] + grid.rows.map { $0.map(markdownCell) }
    let widths = columnWidths(of: cells).map { max($0, 4) }
    var lines = cells.map {
      "| " + alignedCells($0, widths: widths, names: grid.nameColumns).joined(separator: " | ") + " |"
    }
    let rule = widths.enumerated().map { column, width in
      String(repeating: "-", count: column < grid.nameColumns ? width : width - 1)
        + (column < grid.nameColumns ? "" : ":")
    }
    lines.insert("| " + rule.joined(separator: " | ") + " |", at: 1)
    lines.insert(contentsOf: ["**" + markdownEscaped(caption) + "**", ""], at: 0)
    let notes = notes.map { "- " + markdownEscaped($0) }
    if !notes.isEmpty { lines += [""] + notes }
    return lines.map { $0 + "\n" }.joined()
  }

  /// A LaTeX `table` float, for a document that loads `booktabs`.
  ///
  /// Names in scripts that pdfLaTeX's fonts lack need XeLaTeX or LuaLaTeX.
  var latex: String {
    var rows = grid.rows.map { "    " + latexRow($0.map(latexCell)) }
    if grid.lastRowIsSummary { rows.insert("    \\midrule", at: rows.count - 1) }
    let columns =
      String(repeating: "l", count: grid.nameColumns)
      + String(repeating: "r", count: grid.header.count - grid.nameColumns)
    var lines = [
      "% \\usepackage{booktabs}",
      "\\begin{table}",
      "  \\centering",
      "  \\caption{\(latexEscaped(caption))}",
      "  \\begin{tabular}{\(columns)}",
      "    \\toprule",
      "    " + latexRow(grid.header.map(latexEscaped)),
      "    \\midrule",
    ]
    lines += rows
    lines += ["    \\bottomrule", "  \\end{tabular}"]
    for note in notes { lines.append("  \\par{\\footnotesize \(latexEscaped(note))}") }
    lines.append("\\end{table}")
    return lines.map { $0 + "\n" }.joined()
  }
}

private func markdownCell(_ cell: Grid.Cell) -> String {
  let text = markdownEscaped(cell.textForBold)
  return cell.isBest ? "**\(text)**" : text
}

private func latexCell(_ cell: Grid.Cell) -> String {
  let text = latexEscaped(cell.textForBold)
  return cell.isBest ? "\\textbf{\(text)}" : text
}

private func latexRow(_ cells: [String]) -> String { cells.joined(separator: " & ") + " \\\\" }
