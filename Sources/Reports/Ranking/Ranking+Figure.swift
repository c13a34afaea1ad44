/// The figure of a ranking, and its section of a report.
extension Ranking {
  private var datasets: [String] {
    sections.map(\.published.dataset).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// By data set: the published values beside the experiment's own evaluation, the nearest and the clean protocol.
  func bars() -> [PublishedBars] {
    datasets.map { dataset in PublishedBars(sections.filter { $0.published.dataset == dataset }) }
  }

  /// One figure with all data sets side by side.
  public var figure: Figure {
    let bars = bars()
    let title = bars.map(\.title).joined(separator: ". ")
    let charts = bars.enumerated().map { $1.chart(identifier: "published-\($0)") }
    return Figure(name: "published", title: title, PlotFrame.sideBySide(charts.map(\.drawing), title: title))
  }

  /// The tables and the figure as a section of an experiment's report.
  func section(_ names: inout FigureNames) -> ReportSection {
    var ranking = self
    ranking.shown = 10
    var documents = ranking.sections.flatMap {
      ranking.documents(of: $0, names: ranking.names(isShort: false))
    }
    documents[documents.count - 1].notes += notes
    let figures = bars().map { bars in
      let name = names.next("published")
      return Figure(name: name, title: bars.title, bars.chart(identifier: name).drawing)
    }
    return ReportSection(
      title: "Beside the published values",
      tables: documents.map { ReportTable(caption: $0.caption, grid: $0.grid, notes: $0.notes) },
      figures: figures)
  }
}
