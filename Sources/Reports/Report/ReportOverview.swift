import Results
import Settings

/// A report's tables, its chart of AUROC by class, and the curves of a sweep.
struct ReportOverview {
  private let summary: Summary
  private let table: AUCTable
  private let sweep: SweepTable?
  private let shown: [String]
  private let references: [Report.Reference]

  /// - Parameter shown: the rows whose bars are drawn.
  init(_ summary: Summary, shown: [String], references: [Report.Reference]) {
    self.summary = summary
    table = AUCTable(summary)
    sweep = SweepTable(summary)
    self.shown = shown
    // Keep only references with values for our classes.
    self.references = references.filter { reference in
      summary.heldOut.contains { reference.values[$0] != nil }
    }
  }

  func sections(_ names: inout FigureNames) -> [ReportSection] {
    var result = ReportSection(title: "Area under the ROC curve", tables: [areaTable])
    if table.expectsValues { result.figures.append(bars(&names)) }
    var sections = [result]
    let curves = sweepCurves(&names)
    if !curves.isEmpty {
      sections.append(
        ReportSection(
          title: "The sweep",
          text: ["Dots are means; the bars are the sample standard deviation over seeds."], figures: curves))
    }
    sections.append(ReportSection(title: "Other measures", tables: otherTables))
    return sections
  }

  // MARK: - Tables

  private var areaTable: ReportTable {
    if let sweep {
      let document = sweep.document(showsClasses: true)
      return ReportTable(
        caption: document.caption, grid: document.grid,
        notes: document.notes.filter { !table.notes.contains($0) })
    }
    var grid = Self.grid(table)
    for reference in references {
      grid.header.append("\(reference.name) (published)")
      for (row, heldOut) in table.heldOut.enumerated() {
        grid.rows[row].append(Grid.Cell(reference.values[heldOut]))
      }
      if grid.lastRowIsSummary {
        let mean = SeedSummary(table.heldOut.map { reference.values[$0] })
        grid.rows[grid.rows.count - 1].append(Grid.Cell(mean.isComplete ? mean.mean : nil))
      }
    }
    return ReportTable(
      caption: table.caption(of: grid), grid: grid,
      notes: table.notesBelow(bestMark: "bold:").filter { !table.notes.contains($0) })
  }

  /// One row per class: narrow enough for a phone.
  private static func grid(_ table: AUCTable) -> Grid {
    table.detectors.count == 1 && table.seeds.count > 1
      ? table.gridOfHeldOutBySeeds(detector: 0) : table.gridOfHeldOutByDetectors()
  }

  private var otherTables: [ReportTable] {
    Measures.all.dropFirst().map { measure in
      if let sweep = SweepTable(summary, measure: measure.name) {
        let document = sweep.document(showsClasses: false)
        return ReportTable(caption: measure.title, grid: document.grid)
      }
      let table = AUCTable(summary, measure: measure.name)
      return ReportTable(
        caption: measure.title, grid: Self.grid(table), notes: table.notesOnAbsence)
    }
  }

  // MARK: - Figures

  /// The paper's figure 4.
  private func bars(_ names: inout FigureNames) -> Figure {
    let name = names.next("auroc-by-class")
    let title = "AUROC by \(table.classRole.className)"
    let series = shown.compactMap { row in
      table.detectors.firstIndex(of: row).map { detector in
        BarChart.Series(
          name: row,
          bars: table.heldOut.indices.map { heldOut in
            let summary = table.summary(detector: detector, heldOut: heldOut)
            return BarChart.Bar(value: summary.mean, deviation: summary.standardDeviation)
          })
      }
    }
    let chart = BarChart(
      title: title, identifier: name, groups: table.heldOut, groupsName: table.classRole.heading,
      valueName: table.metric,
      series: series,
      references: references.map { reference in
        BarChart.Reference(
          name: "\(reference.name) (published)", values: table.heldOut.map { reference.values[$0] })
      }, level: 0.5)
    let spread =
      table.seeds.count > 1
      ? "; error bars: sample standard deviation over \(table.seeds.count) seeds" : "; one seed"
    return Figure(name: name, title: "\(title)\(spread)", chart.drawing)
  }

  /// The paper's figures 5a and 5b: for each varied number, one curve per combination of the other varied values.
  private func sweepCurves(_ names: inout FigureNames) -> [Figure] {
    guard let sweep else { return [] }
    var figures: [Figure] = []
    for field in sweep.sweep.fields.indices {
      let numbers = sweep.sweep.values[field].map(\.asNumber)
      guard numbers.allSatisfy({ $0 != nil }), Set(numbers).count > 1 else { continue }
      let name = sweep.sweep.fields[field]
      let means = curves(sweep, field: field) { sweep.summary(configuration: $0) }
      guard !means.isEmpty else { continue }
      figures.append(
        figure(sweep, field, means, title: "\(table.metric) against \(name)", &names))
      guard sweep.sweep.fields.count == 1, table.heldOut.count > 1 else { continue }
      let byClass = table.heldOut.enumerated().flatMap { heldOut, className in
        curves(sweep, field: field, name: className) { table.summary(detector: $0, heldOut: heldOut) }
      }
      figures.append(
        figure(
          sweep, field, byClass, title: "\(table.metric) against \(name), by \(table.classRole.className)",
          &names))
    }
    return figures
  }

  private func curves(
    _ sweep: SweepTable, field: Int, name: String? = nil, _ value: (Int) -> SeedSummary
  ) -> [LineChart.Series] {
    let others = sweep.sweep.fields.indices.filter { $0 != field }
    var series: [LineChart.Series] = []
    for row in table.detectors.indices {
      guard let x = sweep.sweep.values[field][row].asNumber, let y = value(row).mean else { continue }
      let words = others.map { "\(sweep.sweep.fields[$0])=\(sweep.sweep.values[$0][row].words)" }
      let title = name ?? (words.isEmpty ? "mean over classes" : words.joined(separator: ", "))
      if !series.contains(where: { $0.name == title }) {
        series.append(LineChart.Series(name: title, points: []))
      }
      guard let index = series.firstIndex(where: { $0.name == title }) else { continue }
      series[index].points.append(
        LineChart.Point(
          x, y, deviation: value(row).standardDeviation, isBest: name == nil && row == sweep.sweep.best))
    }
    for index in series.indices { series[index].points.sort { $0.x < $1.x } }
    return series
  }

  private func figure(
    _ sweep: SweepTable, _ field: Int, _ series: [LineChart.Series], title: String,
    _ names: inout FigureNames
  ) -> Figure {
    var ticks: [(value: Double, label: String)] = []
    for value in sweep.sweep.values[field] {
      if let number = value.asNumber, !ticks.contains(where: { $0.value == number }) {
        ticks.append((number, value.words))
      }
    }
    ticks.sort { $0.value < $1.value }
    let (low, high) = (ticks.first?.value ?? 0, ticks.last?.value ?? 1)
    let chart = LineChart(
      title: title,
      x: LineChart.Axis(
        name: sweep.sweep.fields[field], kind: low > 0 && high / low >= 8 ? .logarithmic : .linear,
        ticks: ticks), y: LineChart.Axis(name: table.metric), series: series)
    let best = series.contains { $0.points.contains(where: \.isBest) } ? "; the ring marks the best" : ""
    return Figure(name: names.next("sweep", sweep.sweep.fields[field]), title: title + best, chart.drawing)
  }
}
