import Foundation

/// The renderings of an audit.
extension AuditTable: RenderedTable {
  private var datasets: [String] {
    columns.reduce(into: []) { if !$0.contains($1.dataset) { $0.append($1.dataset) } }
  }

  private var grid: Grid {
    let title = { (column: Column) in
      datasets.count > 1 ? "\(column.dataset) \(column.heldOut)" : column.heldOut
    }
    var rows = [
      [Grid.Cell("as \(start)"), Grid.Cell("")]
        + columns.map { column in
          let summary = SeedSummary(column.base)
          return column.seeds.count > 1 ? Grid.Cell(meanAndDeviation: summary) : Grid.Cell(mean: summary)
        }
    ]
    for change in changes {
      rows.append(
        [Grid.Cell(change.choice), Grid.Cell(change.value)]
          + columns.map { Self.cell($0.difference(change), isOwn: $0.isOwn(change), seeds: $0.seeds.count) })
    }
    return Grid(nameColumns: 2, header: ["choice", "instead"] + columns.map(title), rows: rows)
  }

  private static func cell(_ difference: SeedSummary?, isOwn: Bool, seeds: Int) -> Grid.Cell {
    guard let difference, let mean = difference.mean else { return Grid.Cell(isOwn ? "=" : missing) }
    var text = signedThreeDecimals(mean)
    if seeds > 1 { text += " ± " + (difference.standardDeviation.map(threeDecimals) ?? missing) }
    return Grid.Cell(text, isMarked: difference.standardDeviation.map { abs(mean) < $0 } ?? false)
  }

  private var caption: String {
    "\(datasets.joined(separator: ", ")): AUROC, one choice at a time changed from \(start)"
  }

  var notes: [String] {
    var notes = [
      "The first row is AUROC; the others show how far it moves when that choice alone changes."
    ]
    let counts = Set(columns.map(\.seeds.count))
    if counts == [1] {
      notes.append("One seed: differences of a few hundredths may be due to the seed.")
    } else {
      notes.append("Mean and sample standard deviation over seeds, of the differences within a seed.")
      notes.append("* smaller than its spread over seeds.")
    }
    if columns.contains(where: { column in changes.contains { column.isOwn($0) } }) {
      notes.append("= same as the first row.")
    }
    if changes.contains(where: { $0.choice == Self.all }) {
      notes.append("The last row is preset clean: everything in which it differs, at once.")
    }
    notes.append("\(Self.score), \(Self.pass) and \(Self.epoch) are evaluated on the first row's training.")
    return notes + absences
  }

  public func text(width: Int, bold: Bool) -> String {
    var lines = wrapped(caption, to: width) + [""]
    for (index, part) in grid.parts(fitting: width).enumerated() {
      lines += (index > 0 ? [""] : []) + textLines(of: part)
    }
    lines += [""] + notes.flatMap { wrapped($0, to: width) }
    return lines.map { $0 + "\n" }.joined()
  }

  private var document: GridDocument { GridDocument(caption: caption, grid: grid, notes: notes) }
  public var markdown: String { document.markdown }
  public var latex: String { document.latex }

  /// Tidy CSV (RFC 4180): one row per change, class and seed; the rows of the unchanged experiment have an empty choice
  /// and difference.
  public var csv: String {
    var rows = [["dataset", "held_out", "seed", "choice", "instead", "auroc", "difference"]]
    func words(_ value: Double?) -> String { value.map { String($0) } ?? "" }
    for column in columns {
      for (seed, base) in zip(column.seeds, column.base) {
        rows.append([column.dataset, column.heldOut, String(seed), "", start, words(base), ""])
      }
      for change in changes {
        guard let values = column.changed[change] else { continue }
        for (position, value) in values.enumerated() {
          let difference = value.flatMap { value in column.base[position].map { value - $0 } }
          rows.append([
            column.dataset, column.heldOut, String(column.seeds[position]), change.choice, change.value,
            words(value), words(difference),
          ])
        }
      }
    }
    return csvText(rows)
  }

  /// JSON with sorted keys: for each class, AUROC by seed, unchanged and under each change; null marks a missing value.
  public var json: String {
    struct Changed: Encodable {
      var choice: String
      var instead: String
      var values: [Double?]
      var difference: Double?
      var standardDeviation: Double?
    }
    struct ClassColumn: Encodable {
      var dataset: String
      var heldOut: String
      var seed: [Int]
      var values: [Double?]
      var changes: [Changed]
    }
    struct Table: Encodable {
      var start: String
      var classes: [ClassColumn]
      var notes: [String]
    }
    let classes = columns.map { column in
      ClassColumn(
        dataset: column.dataset, heldOut: column.heldOut, seed: column.seeds, values: column.base,
        changes: changes.compactMap { change in
          guard let values = column.changed[change] else { return nil }
          let difference = column.difference(change)
          return Changed(
            choice: change.choice, instead: change.value, values: values, difference: difference?.mean,
            standardDeviation: difference?.standardDeviation)
        })
    }
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    do {
      let table = Table(start: start, classes: classes, notes: notes)
      return String(decoding: try encoder.encode(table), as: UTF8.self) + "\n"
    } catch {
      preconditionFailure("an audit of strings and finite numbers was not encoded: \(error)")
    }
  }
}
