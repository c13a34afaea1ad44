extension Grid {
  /// Splits the grid into as few parts as fit a width; each has the columns that name the rows and some of the others.
  ///
  /// - Parameter repeated: how many of the columns that name the rows appear in the parts after the first; nil for all.
  func parts(fitting width: Int, repeated: Int? = nil) -> [Grid] {
    var parts: [[Int]] = []
    func grid(_ columns: [Int], at position: Int) -> Grid {
      part(columns, names: position == 0 ? nameColumns : repeated ?? nameColumns)
    }
    for column in nameColumns..<header.count {
      if let last = parts.last, textWidth(of: grid(last + [column], at: parts.count - 1)) <= width {
        parts[parts.count - 1].append(column)
      } else {
        parts.append([column])
      }
    }
    return parts.enumerated().map { grid($1, at: $0) }
  }

  /// Splits the grid into parts of nearly equal width, each with at most `most` columns besides those that name the
  /// rows.
  func parts(ofColumns most: Int) -> [Grid] {
    let columns = header.count - nameColumns
    guard columns > most else { return [self] }
    let count = (columns + most - 1) / most
    let size = (columns + count - 1) / count
    return stride(from: nameColumns, to: header.count, by: size).map {
      part(Array($0..<min($0 + size, header.count)), names: nameColumns)
    }
  }

  private func part(_ columns: [Int], names: Int) -> Grid {
    let wanted = Array(0..<names) + columns
    var part = self
    part.nameColumns = names
    part.header = wanted.map { header[$0] }
    part.rows = rows.map { row in wanted.map { row[$0] } }
    return part
  }
}
