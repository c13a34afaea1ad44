import Metrics
import Specs

/// Human-readable renderings: one grid per section, then the notes on all of them.
extension Comparison: RenderedTable {
  public func text(width: Int, bold: Bool) -> String {
    var lines: [String] = []
    for section in sections {
      if !lines.isEmpty { lines.append("") }
      lines += wrapped(caption(of: section), to: width) + [""] + textLines(of: grid(of: section))
    }
    if !allNotes.isEmpty { lines.append("") }
    lines += allNotes.flatMap { wrapped($0, to: width) }
    return lines.map { $0 + "\n" }.joined()
  }

  public var markdown: String { documents.map(\.markdown).joined(separator: "\n") }

  public var latex: String { documents.map(\.latex).joined(separator: "\n") }

  /// The notes follow the last one.
  private var documents: [GridDocument] {
    sections.enumerated().map { index, section in
      GridDocument(
        caption: caption(of: section), grid: grid(of: section),
        notes: index == sections.count - 1 ? allNotes : [])
    }
  }

  private func caption(of section: Section) -> String {
    let published = section.method.map { "\($0) as published (\(section.source))" } ?? "nothing published"
    return "\(table.title): \(metric.title), \(section.detector) beside \(published)"
  }

  private func grid(of section: Section) -> Grid {
    let hasSeeds = table.seeds.count > 1
    var header = [table.classRole.heading, "ours"]
    if hasSeeds { header.append("±") }
    header += ["95 % interval", "published", "difference", "verdict"]
    let rows = section.cells.map { cell in
      var row = [Grid.Cell(cell.heldOut), Grid.Cell(mean: cell.ours, isFailed: cell.isFailed)]
      if hasSeeds { row.append(Grid.Cell(cell.ours.standardDeviation)) }
      return row + [
        Grid.Cell(
          cell.interval.map { "\(threeDecimals($0.lower)) to \(threeDecimals($0.upper))" } ?? missing),
        Grid.Cell(cell.published?.words ?? missing),
        Grid.Cell(cell.difference.map(signedThreeDecimals) ?? missing),
        Grid.Cell(cell.verdict?.rawValue ?? missing),
      ]
    }
    return Grid(
      detector: section.detector, header: header, rows: rows,
      lastRowIsSummary: section.cells.last?.heldOut == PublishedTable.mean && section.cells.count > 1)
  }

  /// How to read the table, the warnings, and the notes on our own results.
  var allNotes: [String] {
    rules + warnings + aboutPublished + (isExcerpt ? [] : table.notesBelow(bestMark: nil)) + notes
  }

  private var rules: [String] {
    let published = sections.flatMap(\.cells).compactMap(\.published)
    guard !published.isEmpty else { return [] }
    let words = Certainty.allCases.compactMap { certainty -> String? in
      let values = published.filter { $0.certainty == certainty }
      guard !values.isEmpty else { return nil }
      let bands = Set(values.compactMap(\.tolerance)).sorted().map { band in
        "±\(band < 0.001 ? ".0005" : threeDecimals(band))"
      }
      let band = bands.isEmpty ? "no band" : "a band of \(bands.joined(separator: " or "))"
      return "\(certainty.rawValue): \(certainty.words), \(band)"
    }
    let wider = published.contains { $0.spread != nil } ? ", widened by the published ±," : ""
    let samples =
      metric == .auroc
      ? "of test samples (DeLong)\(table.seeds.count > 1 ? " and of seeds (Student's t)" : ", as there is one seed")"
      : "of seeds (Student's t) alone"
    return [
      "Published: \(words.joined(separator: "; ")).", "Interval: \(samples).",
      "Verdict: 'differs' where the interval and the published band\(wider) do not meet; 'agrees' where they meet "
        + "and the interval stays within ±\(threeDecimals(Self.margin)) of the published value, or within its band if "
        + "that is wider; else, and for U, 'cannot be told'.",
    ]
  }

  private var aboutPublished: [String] {
    var lines: [String] = []
    for section in sections where !section.notes.isEmpty {
      let line = "\(section.method ?? section.detector): \(section.notes)"
      if !lines.contains(line) { lines.append(line) }
    }
    return lines
  }

  /// Reasons to doubt a number in the table.
  var warnings: [String] {
    var lines: [String] = []
    let single = table.heldOut.indices.filter { position in
      table.detectors.indices.contains { table.summary(detector: $0, heldOut: position).count == 1 }
    }
    if !single.isEmpty {
      let classes =
        table.seeds.count > 1 ? " for \(single.map { table.heldOut[$0] }.joined(separator: ", "))" : ""
      lines.append(
        "Warning: one seed only\(classes): the verdict applies to that training, not to the method.")
    }
    for (position, name) in table.detectors.enumerated() {
      let of = table.detectors.count > 1 ? " of \(name)" : ""
      let below = table.heldOut.indices.filter {
        (table.summary(detector: position, heldOut: $0).mean ?? 1) < 0.5
      }
      if metric == .auroc, !below.isEmpty {
        let classes = below.map { table.heldOut[$0] }.joined(separator: ", ")
        lines.append(
          "Warning: AUROC\(of) below .5 for \(classes): the anomalies rank as more normal than the normals."
        )
      }
      if !isExcerpt, !sections.contains(where: { $0.detector == name && $0.method != nil }) {
        lines.append(
          "Warning: no published \(metric.title)\(of.isEmpty ? " of \(name)" : of) for this data and protocol."
        )
      }
    }
    for section in sections {
      guard let suspected = section.suspectedMetric, let method = section.method else { continue }
      lines.append(
        "Warning: the published values of \(method) are probably \(suspected.title), where \(metric.title) is claimed."
      )
    }
    if table.missingCount > 0 {
      lines.append(
        "Warning: \(table.missingCount) of our values \(table.missingCount == 1 ? "is" : "are") missing.")
    }
    return lines
  }
}

extension PublishedValue {
  /// As in `.287 ± .023 T`.
  fileprivate var words: String {
    let spread = spread.map { " ± \(threeDecimals($0))" } ?? ""
    return "\(threeDecimals(value))\(spread) \(certainty.rawValue)"
  }
}

/// `text` wrapped between words to lines of at most `width` columns; a longer word gets a line of its own.
func wrapped(_ text: String, to width: Int) -> [String] {
  var lines: [String] = []
  for word in onOneLine(text).split(separator: " ") {
    if let last = lines.last, displayWidth(last) + 1 + displayWidth(String(word)) <= width {
      lines[lines.count - 1] += " \(word)"
    } else {
      lines.append(lines.isEmpty ? String(word) : "  \(word)")
    }
  }
  return lines
}
