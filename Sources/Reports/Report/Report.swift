import Metrics
import Results
import Specs

/// An experiment's results as tables and figures, all from its summary.
public struct Report {
  /// Published values, to be shown beside the experiment's own AUROC.
  public struct Reference: Sendable, Equatable {
    /// The method, as published.
    public var name: String
    /// By held-out class.
    public var values: [String: Double]

    public init(name: String, values: [String: Double]) {
      self.name = name
      self.values = values
    }
  }

  let title: String
  let subtitle: String
  /// What a reader must know before the first number.
  let cautions: [String]
  let sections: [ReportSection]

  /// Detectors whose bars and samples are shown, at most.
  private static let mostRows = 8
  /// Points drawn in all embeddings of a report together, roughly.
  private static let mostPoints = 40_000

  /// Reads the runs one by one; only the drawings stay in memory.
  ///
  /// - Parameter ranking: of the same summary; nil if no published values fit.
  /// - Throws: `Problem` if the summary is damaged.
  public init(
    _ contents: SummaryContents, references: [Reference] = [], ranking: Ranking? = nil
  ) throws {
    let summary = contents.summary
    let shown = Self.shownRows(summary)
    var names = FigureNames()
    title = summary.experiment
    subtitle = summary.protocolDescription
    cautions = AUCTable.notes(summary)
    let overview = ReportOverview(summary, shown: shown, references: references)
    let course = try CourseFigures(contents, shown: shown)
    var samples = SampleFigures(
      sweepNote: Self.note(summary, shown: shown),
      pointsInPlot: max(250, Self.mostPoints / max(1, 2 * shown.count * summary.heldOut.count)))
    for row in shown {
      for run in Self.firstSeeds(contents.runs, row: row) { try samples.add(run, of: contents, &names) }
      samples.finishRow(row, &names)
    }
    let besidePublished = ranking.map { [$0.section(&names)] } ?? []
    sections =
      overview.sections(&names) + besidePublished + course.sections(&names) + samples.sections + [
        course.costSection
      ]
      + [Self.specSection(contents)]
  }

  /// All figures, in the order of the page.
  public var figures: [Figure] { sections.flatMap(\.figures) }

  /// The rows whose runs are shown one by one: the first `mostRows` detectors, or of a sweep the best configuration
  /// (the first 3 if none is chosen).
  private static func shownRows(_ summary: Summary) -> [String] {
    if let best = summary.sweep?.best { return [summary.detectors[best]] }
    return Array(summary.detectors.prefix(summary.sweep == nil ? mostRows : 3))
  }

  private static func note(_ summary: Summary, shown: [String]) -> String? {
    guard shown.count < summary.detectors.count else { return nil }
    let which = summary.sweep?.best == nil ? "the first \(shown.count)" : "the best"
    let kind = summary.sweep == nil ? "detectors" : "configurations"
    return "Of \(summary.detectors.count) \(kind), \(which): \(shown.joined(separator: "; "))."
  }

  /// For each class, the row's run with the first available seed.
  private static func firstSeeds(_ runs: [SummaryRun], row: String) -> [SummaryRun] {
    var classes: Set<String> = []
    return runs.filter { $0.row == row && classes.insert($0.heldOut).inserted }
  }

  private static func specSection(_ contents: SummaryContents) -> ReportSection {
    ReportSection(
      title: "Spec",
      text: ["This file and the data determine everything above: the same values give the same numbers."],
      listings: [
        ("As it was written", contents.specText),
        ("With every value written out", contents.summary.resolvedSpec),
      ])
  }
}
