import Foundation
import Results
import Settings
import Specs

/// One measure of every configuration of a sweep: its mean over classes, and the spread over seeds.
public struct SweepTable: Sendable, Equatable {
  /// By configuration, class and seed; the configurations' labels stand in for detectors.
  let table: AUCTable
  let sweep: SweepSummary
  /// For an image folder, the position of the row of all anomaly kinds together, which replaces the mean.
  let pooledRow: Int?

  /// The table of a sweep's summary; nil if the summary has no sweep.
  ///
  /// - Parameter measure: a name among `Measures.all`.
  public init?(_ summary: Summary, measure: String = Measures.all[0].name) {
    guard let sweep = summary.sweep else { return nil }
    self.init(
      AUCTable(summary, measure: measure), sweep: sweep,
      pooledRow: summary.pooledRow.flatMap { summary.heldOut.firstIndex(of: $0) })
  }

  /// - Precondition: the sweep has as many configurations as the table has rows.
  init(_ table: AUCTable, sweep: SweepSummary, pooledRow: Int? = nil) {
    precondition(
      table.detectors.count == sweep.scores.count,
      "\(table.detectors.count) rows of \(sweep.scores.count) configurations")
    self.table = table
    self.sweep = sweep
    self.pooledRow = pooledRow
  }

  /// The mean over classes, which must all be present, summarized over seeds; for an image folder, the value of all
  /// anomaly kinds together.
  public func summary(configuration: Int) -> SeedSummary {
    if let pooledRow { return table.summary(detector: configuration, heldOut: pooledRow) }
    return table.meanSummary(detector: configuration)
  }

  /// Whether a run behind `summary(configuration:)` failed.
  private func hasFailure(configuration: Int) -> Bool {
    (pooledRow.map { [$0] } ?? Array(table.heldOut.indices)).contains {
      table.hasFailure(detector: configuration, heldOut: $0)
    }
  }

  /// Whether the best is chosen by a number other than the one shown.
  private var showsScores: Bool {
    guard let criterion = sweep.criterion else { return false }
    return criterion != .testAUROC || table.metric != Measures.all[0].title
  }

  /// One row per configuration.
  ///
  /// - Parameter showsClasses: whether each class has a column of its own.
  func grid(showsClasses: Bool) -> Grid {
    let classes = showsClasses && table.heldOut.count > 1 ? Array(table.heldOut.indices) : []
    let hasSeeds = table.seeds.count > 1
    let hasStatus = sweep.best != nil || sweep.hasRungs
    var header = sweep.fields + classes.map { table.heldOut[$0] }
    header.append(pooledRow == nil ? "mean" : table.heldOut[pooledRow ?? 0])
    if hasSeeds { header.append("±") }
    if showsScores { header.append(sweep.criterion?.rawValue ?? "") }
    if sweep.hasRungs { header.append("epochs") }
    if hasStatus { header.append("") }
    let rows = table.detectors.indices.map { row in
      var cells = sweep.values.map { Grid.Cell($0[row].words) }
      cells += classes.map { heldOut in
        Grid.Cell(
          mean: table.summary(detector: row, heldOut: heldOut),
          isFailed: table.hasFailure(detector: row, heldOut: heldOut))
      }
      let summary = summary(configuration: row)
      cells.append(Grid.Cell(mean: summary, isFailed: hasFailure(configuration: row)))
      if hasSeeds { cells.append(Grid.Cell(summary.standardDeviation)) }
      if showsScores { cells.append(Grid.Cell(score(row))) }
      if sweep.hasRungs { cells.append(Grid.Cell(String(sweep.epochs[row]))) }
      if hasStatus {
        cells.append(Grid.Cell(row == sweep.best ? "best" : sweep.isStopped[row] ? "stopped" : ""))
      }
      return cells
    }
    return Grid(nameColumns: max(1, sweep.fields.count), header: header, rows: rows)
  }

  private func score(_ row: Int) -> String {
    let score = sweep.scores[row]
    if score.isNaN { return missing }
    return sweep.criterion == .testAUROC ? threeDecimals(score) : significant(score)
  }

  /// How to read the rows, then the notes of every table.
  var notes: [String] {
    var notes: [String] = []
    if pooledRow == nil, table.heldOut.count > 1 {
      let names = table.heldOut.joined(separator: ", ")
      notes.append("mean over \(table.heldOut.count) \(table.classRole.classes) (\(names))")
    }
    if let seeds = table.notesBelow(bestMark: nil).first {
      notes.append(
        table.seeds.count > 1
          ? "mean and, at ±, sample standard deviation over \(table.seeds.count) seeds" : seeds)
    }
    if let criterion = sweep.criterion {
      notes.append("best: chosen \(criterion.words)")
    } else {
      notes.append(
        "No configuration is selected; selecting one by this table means selecting on the test set: optimistic."
      )
    }
    if sweep.hasRungs {
      let by = sweep.criterion.map { " by \($0.rawValue)" } ?? ""
      notes.append("stopped: others were better\(by) after these epochs, and went on")
    }
    return notes + table.notesOnAbsence + table.notes
  }

  func document(showsClasses: Bool) -> GridDocument {
    let grid = grid(showsClasses: showsClasses)
    return GridDocument(caption: table.caption(of: grid), grid: grid, notes: notes)
  }
}

extension SweepTable: RenderedTable {
  /// The table, with the classes if they fit, and a curve if a single number varies.
  public func text(width: Int, bold: Bool) -> String {
    let wide = document(showsClasses: true)
    let document = textWidth(of: wide.grid) <= width ? wide : document(showsClasses: false)
    var lines = [onOneLine(document.caption), ""] + textLines(of: document.grid)
    if let drawn = curve?.lines(width: width), !drawn.isEmpty { lines += [""] + drawn }
    lines += [""] + document.notes.map(onOneLine)
    return lines.map { $0 + "\n" }.joined()
  }

  public var markdown: String { document(showsClasses: true).markdown }
  public var latex: String { document(showsClasses: true).latex }

  /// The measure against the varied number; nil unless exactly one varies, with at least three values.
  var curve: SweepCurve? {
    guard sweep.fields.count == 1, let name = sweep.fields.first, let values = sweep.values.first else {
      return nil
    }
    let points = values.indices.compactMap { row -> SweepCurve.Point? in
      guard let x = values[row].asNumber, let y = summary(configuration: row).mean else { return nil }
      return SweepCurve.Point(x: x, label: values[row].words, y: y, isBest: row == sweep.best)
    }
    return points.count >= 3 ? SweepCurve(name: name, metric: table.metric, points: points) : nil
  }
}

/// Three significant digits.
func significant(_ value: Double) -> String {
  guard value.isFinite, value != 0 else { return SettingValue.text(of: value) }
  guard (1e-200...1e200).contains(abs(value)) else {
    // The power of ten that scales the value may not be representable.
    let rounded = Double(String(format: "%.2e", value)) ?? value
    return SettingValue.text(of: rounded.isFinite ? rounded : value)
  }
  var scale = 1.0
  while abs(value) * scale < 100 { scale *= 10 }
  while abs(value) * scale >= 1000 { scale /= 10 }
  return SettingValue.text(of: (value * scale).rounded() / scale)
}
