import Results
import Settings
import Specs

/// An experiment's tables as one Markdown page, all from its summary. The page is committed beside the summary, so that
/// readers of the repository can see its content.
public struct ResultsPage {
  private let contents: SummaryContents
  private let experiment: Experiment
  private let published: [PublishedTable]
  private let course: CourseFigures

  /// With more epochs than this, only every second or third is listed.
  private static let mostEpochs = 25

  /// - Parameter published: tables of any data set; those that fit are shown beside the experiment's own values.
  /// - Throws: `Problem` if the summary is damaged; `SpecProblems` if it holds a spec that this program cannot read.
  public init(_ contents: SummaryContents, published: [PublishedTable]) throws {
    self.contents = contents
    self.published = published
    experiment = try Experiment.parse(
      text: contents.summary.resolvedSpec, path: "\(contents.path):/spec/resolved")
    course = try CourseFigures(contents, shown: contents.summary.detectors)
  }

  /// Renders the page.
  ///
  /// - Throws: `Problem` if the summary is damaged.
  public func markdown() throws -> String {
    let summary = contents.summary
    var parts = ["# \(markdownEscaped(summary.experiment))\n"]
    if !experiment.description.isEmpty { parts.append(markdownEscaped(experiment.description) + "\n") }
    if !summary.specPath.isEmpty { parts.append("Spec: `\(summary.specPath)`.\n") }
    parts.append(try mainTable().markdown)
    parts += try comparisons().map(\.markdown)
    if try showsEvaluations() {
      parts.append(try EvaluationsTable(summary, SummaryEvaluations.read(from: contents.path)).markdown)
    }
    parts += course.areaTables(mostEpochs: Self.mostEpochs).map(\.document.markdown)
    parts += course.costSection.tables.map(\.document.markdown)
    return parts.joined(separator: "\n")
  }

  private func mainTable() throws -> any RenderedTable {
    AuditTable.isAudit(experiment) ? try AuditTable(summaries: [contents.path]) : contents.summary.table()
  }

  /// One for each measure with published values.
  private func comparisons() throws -> [Comparison] {
    guard contents.summary.sweep == nil else { return [] }
    return try PublishedMetric.allCases.compactMap { metric in
      try Comparison(contents.summary, at: contents.path, metric: metric, published: published).excerpt
    }
  }

  /// Whether a single detector is evaluated in several ways; an audit shows them as choices.
  private func showsEvaluations() throws -> Bool {
    guard contents.summary.sweep == nil, contents.summary.detectors.count == 1 else { return false }
    let areas = try SummaryEvaluations.read(from: contents.path).areas
    return Set(areas.map { [$0.score, $0.pass] }).count > 1
  }
}

extension ReportTable {
  fileprivate var document: GridDocument { GridDocument(caption: caption, grid: grid, notes: notes) }
}
