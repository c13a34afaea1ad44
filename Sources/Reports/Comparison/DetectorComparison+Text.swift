import Foundation
import Metrics

/// Human-readable renderings: for each pair, a table by class and seed, and a summary over seeds and classes.
extension DetectorComparison {
  /// For a terminal, ending with a newline.
  public var text: String {
    var lines: [String] = []
    for pair in pairs {
      for (caption, grid) in documents(of: pair) {
        lines += [onOneLine(caption), ""] + textLines(of: grid) + [""]
      }
    }
    lines += notesBelow.map(onOneLine)
    return lines.map { $0 + "\n" }.joined()
  }

  /// As GitHub's Markdown.
  public var markdown: String {
    let tables = pairs.flatMap { documents(of: $0) }
    return tables.enumerated().map { index, table in
      GridDocument(
        caption: table.caption, grid: table.grid, notes: index + 1 == tables.count ? notesBelow : []
      ).markdown
    }.joined(separator: "\n")
  }

  private func documents(of pair: DetectorPair) -> [(caption: String, grid: Grid)] {
    let what = "AUROC of \(pair.first) minus that of \(pair.second), on the same test images"
    let summary = summaryGrid(pair)
    return [("\(title): \(what)", cellGrid(pair))]
      + (summary.rows.isEmpty ? [] : [("\(what): over seeds and classes", summary)])
  }

  private func cellGrid(_ pair: DetectorPair) -> Grid {
    let rows = pair.cells.map { cell -> [Grid.Cell] in
      let names = [cell.name, String(cell.seed)]
      guard let tests = cell.tests else {
        return (names + [String](repeating: missing, count: 8)).map { Grid.Cell($0) }
      }
      return
        (names + [
          String(tests.normalCount), String(tests.anomalousCount), threeDecimals(tests.first.value),
          threeDecimals(tests.second.value), signed(tests.difference.value),
          words(tests.difference.interval95), words(tests.bootstrap), words(p: tests.difference.twoSidedP),
        ]).map { Grid.Cell($0) }
    }
    return Grid(
      header: [
        classRole.heading, "seed", "normal", "anomalous", pair.first, pair.second, "difference",
        "95 % (DeLong)", "95 % (bootstrap)", "p",
      ], rows: rows)
  }

  /// Over seeds and over classes, where there are several.
  private func summaries(
    _ pair: DetectorPair
  ) -> [(name: String, differences: PairedDifferences, unit: String)] {
    var rows: [(name: String, differences: PairedDifferences, unit: String)] = []
    if seeds.count > 1 {
      rows += classes.map { ($0, pair.overSeeds($0), "seeds") }
      if classes.count > 1 { rows.append(("mean over classes", pair.overSeedsOfMeans, "seeds")) }
    }
    if classes.count > 1 { rows.append(("all classes", pair.overClasses, "classes")) }
    return rows
  }

  private func summaryGrid(_ pair: DetectorPair) -> Grid {
    let cells = summaries(pair).map { row in
      [
        row.name, "\(row.differences.count) \(row.unit)", signed(row.differences.mean),
        row.differences.count > 1 ? threeDecimals(row.differences.standardDeviation) : missing,
        words(row.differences.interval95), words(p: row.differences.twoSidedP),
      ].map { Grid.Cell($0) }
    }
    return Grid(
      header: [classRole.heading, "over", "difference", "s.d.", "95 % (t)", "p"], rows: cells)
  }

  /// How to read the numbers.
  var notesBelow: [String] {
    var lines = [
      "DeLong and bootstrap (\(replicates) replicates, normal and anomalous images drawn separately): uncertainty from "
        + "the choice of test images, with the trained detectors fixed."
    ]
    if seeds.count > 1 || classes.count > 1 {
      lines.append(
        "Paired t over seeds: uncertainty from retraining and resplitting; over classes: whether the detectors differ "
          + "on tasks like these.")
    }
    let tests = pairs.reduce(0) {
      $0 + $1.cells.count { $0.tests != nil } + summaries($1).count { $0.differences.count > 1 }
    }
    if tests > 1 { lines.append("p is two-sided and not adjusted for there being \(tests) tests.") }
    let absent = pairs.reduce(0) { $0 + $1.cells.count { $0.tests == nil } }
    if absent > 0 { lines.append("\(missing) \(absent) comparisons lack a run of one of the detectors") }
    return lines + notes
  }
}

/// As in `+.018`.
private func signed(_ value: Double) -> String {
  guard value.isFinite else { return missing }
  let text = threeDecimals(value)
  return value > 0 && text != ".000" ? "+" + text : text
}

/// As in `[-.030, +.006]`.
private func words(_ interval: Interval) -> String {
  guard interval.lower.isFinite, interval.upper.isFinite else { return missing }
  return "[\(signed(interval.lower)), \(signed(interval.upper))]"
}

/// Four decimals, or two significant digits below .0001; below the smallest `Double`, that bound.
private func words(p: Double) -> String {
  guard p.isFinite else { return missing }
  if p == 0 { return "<1e-300" }
  if p < 1e-4 { return String(format: "%.1e", p) }
  let text = String(format: "%.4f", p)
  return text.hasPrefix("0") ? String(text.dropFirst()) : text
}
