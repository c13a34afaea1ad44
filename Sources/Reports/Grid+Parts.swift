extension Grid {
  /// The grid in as few parts as fit a width, each with the columns that name the rows and some of the others.
  func parts(fitting width: Int) -> [Grid] {
    var parts: [[Int]] = []
    for column in nameColumns..<header.count {
      if let last = parts.last, textWidth(of: part(last + [column])) <= width {
        parts[parts.count - 1].append(column)
      } else {
        parts.append([column])
      }
    }
    return parts.map(part)
  }

  /// The grid in parts of at most so many columns beside those that name the rows, all of much the same width.
  func parts(ofColumns most: Int) -> [Grid] {
    let columns = header.count - nameColumns
    guard columns > most else { return [self] }
    let count = (columns + most - 1) / most
    let size = (columns + count - 1) / count
    return stride(from: nameColumns, to: header.count, by: size).map {
      part(Array($0..<min($0 + size, header.count)))
    }
  }

  private func part(_ columns: [Int]) -> Grid {
    let wanted = Array(0..<nameColumns) + columns
    var part = self
    part.header = wanted.map { header[$0] }
    part.rows = rows.map { row in wanted.map { row[$0] } }
    return part
  }
}
