import Results
import Settings
import Specs

/// The tables of an experiment as one Markdown page, all from its summary: what is committed beside it, so that a
/// reader of the repository sees what it holds.
public struct ResultsPage {
  private let contents: SummaryContents
  private let experiment: Experiment
  private let published: [PublishedTable]
  private let course: CourseFigures

  /// Of epochs more than these, every second is shown, or every third.
  private static let mostEpochs = 25

  /// - Parameter published: of any data set; what fits the experiment stands beside its own values.
  /// - Throws: `Problem` where the summary is damaged; `SpecProblems` where it holds a spec that this program cannot
  ///   read.
  public init(_ contents: SummaryContents, published: [PublishedTable]) throws {
    self.contents = contents
    self.published = published
    experiment = try Experiment.parse(
      text: contents.summary.resolvedSpec, path: "\(contents.path):/spec/resolved")
    course = try CourseFigures(contents, shown: contents.summary.detectors)
  }

  /// The page.
  ///
  /// - Throws: `Problem` where the summary is damaged.
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

  /// With every measure of which something is published.
  private func comparisons() throws -> [Comparison] {
    guard contents.summary.sweep == nil else { return [] }
    return try PublishedMetric.allCases.compactMap { metric in
      try Comparison(contents.summary, at: contents.path, metric: metric, published: published).excerpt
    }
  }

  /// Where one detector is evaluated in several ways; an audit has them as choices.
  private func showsEvaluations() throws -> Bool {
    guard contents.summary.sweep == nil, contents.summary.detectors.count == 1 else { return false }
    let areas = try SummaryEvaluations.read(from: contents.path).areas
    return Set(areas.map { [$0.score, $0.pass] }).count > 1
  }
}

extension ReportTable {
  fileprivate var document: GridDocument { GridDocument(caption: caption, grid: grid, notes: notes) }
}
