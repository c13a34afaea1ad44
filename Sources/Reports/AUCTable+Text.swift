extension AUCTable {
  /// The table for a terminal of `width` columns, ending with a newline.
  ///
  /// One detector with several seeds gets one row per class and one column per seed. Otherwise detectors are rows and
  /// classes columns if that fits, else classes rows and detectors columns, else each detector has a narrow table of
  /// its own.
  public func text(width: Int, bold: Bool) -> String {
    let laidOut = grids { textWidth(of: $0) <= width }
    var lines: [String] = []
    for grid in laidOut {
      if !lines.isEmpty { lines.append("") }
      lines.append(onOneLine(caption(of: grid)))
      lines.append("")
      lines += textLines(of: grid, bold: bold)
    }
    let notes = notesBelow(bestMark: bestMark).map(onOneLine)
    if !notes.isEmpty { lines += [""] + notes }
    return lines.map { $0 + "\n" }.joined()
  }
}

private let gap = "  "

func textWidth(of grid: Grid) -> Int {
  columnWidths(of: textCells(of: grid)).reduce(-gap.count) { $0 + gap.count + $1 }
}

/// The header, a rule, the rows, and a rule before a summary row.
///
/// - Parameter bold: whether the best cells are bold.
func textLines(of grid: Grid, bold: Bool = false) -> [String] {
  let cells = textCells(of: grid)
  let widths = columnWidths(of: cells)
  let rule = String(repeating: "─", count: textWidth(of: grid))
  let isBest = [grid.header.map { _ in false }] + grid.rows.map { $0.map { bold && $0.isBest } }
  var lines = zip(cells, isBest).map { row, isBest in
    let aligned = alignedCells(row, widths: widths, names: grid.nameColumns)
    return trimmingEnd(zip(aligned, isBest).map { $1 ? boldText($0) : $0 }.joined(separator: gap))
  }
  if grid.lastRowIsSummary { lines.insert(rule, at: lines.count - 1) }
  lines.insert(rule, at: 1)
  return lines
}

/// The header and the rows as strings. In a column with a marked cell, unmarked cells end with a space, so that the
/// digits line up.
private func textCells(of grid: Grid) -> [[String]] {
  let hasMark = grid.header.indices.map { column in grid.rows.contains { !$0[column].mark.isEmpty } }
  let header = zip(grid.header, hasMark).map { onOneLine($0) + ($1 ? " " : "") }
  return [header]
    + grid.rows.map { row in
      zip(row, hasMark).map { onOneLine($0.markedText) + ($1 && $0.mark.isEmpty ? " " : "") }
    }
}

/// Bold by terminal escape codes, leading spaces excluded.
private func boldText(_ text: String) -> String {
  let space = text.prefix { $0 == " " }
  return space + "\u{1B}[1m" + text.dropFirst(space.count) + "\u{1B}[0m"
}

private func trimmingEnd(_ line: String) -> String {
  var line = Substring(line)
  while line.last == " " { line.removeLast() }
  return String(line)
}

/// The width of the widest cell of each column.
func columnWidths(of rows: [[String]]) -> [Int] {
  guard let header = rows.first else { return [] }
  return header.indices.map { column in rows.reduce(0) { max($0, displayWidth($1[column])) } }
}

/// One row's cells padded to their columns: the first `names` flush left, the others flush right.
func alignedCells(_ row: [String], widths: [Int], names: Int) -> [String] {
  zip(row, widths).enumerated().map { column, cell in padded(cell.0, to: cell.1, right: column >= names) }
}
