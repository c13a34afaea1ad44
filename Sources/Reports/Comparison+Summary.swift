import Diagnostics
import Metrics
import Results
import Specs

extension Comparison {
  /// Compares a summary's results with published values.
  ///
  /// - Parameters:
  ///   - path: the summary file, whose scores give the intervals.
  ///   - published: tables of any data set.
  ///   - otherData: whether to show published values even if the results are on other data.
  /// - Throws: `Problem` for a sweep, which has no single configuration to compare, and for a damaged file;
  ///   `SpecProblems` if it holds a spec that this program cannot read.
  public init(
    _ summary: Summary, at path: String, metric: PublishedMetric, published: [PublishedTable],
    otherData: Bool = false
  ) throws {
    guard summary.sweep == nil else {
      throw Problem(
        .usage, at: path, "a sweep has no single configuration to compare with published values",
        hint: "compare an experiment without `sweep`")
    }
    let experiment = try Experiment.parse(text: summary.resolvedSpec, path: "\(path):/spec/resolved")
    let table = AUCTable(summary, measure: metric.rawValue)
    let isRefused = summary.dataDeviation != nil && !otherData
    let kinds = Dictionary(
      experiment.detectors.map { ($0.label, $0.detector.name) }, uniquingKeysWith: { first, _ in first })
    self.init(
      table, detectors: summary.detectors.map { kinds[$0] ?? $0 }, dataset: experiment.dataset.title,
      protocol: experiment.classRole == .normal ? .oneClassNormal : .oneClassAnomalous,
      metric: metric, published: isRefused ? [] : published,
      halfWidths: metric == .auroc
        ? try Self.halfWidths(summary, SummaryScores(in: path))
        : summary.detectors.map { _ in summary.heldOut.map { _ in summary.seeds.map { _ in nil } } },
      notes: isRefused
        ? ["Warning: published values are for other data and are not shown; --other-data shows them."] : [])
  }

  /// DeLong half-widths of every cell that has a run; nil in a summary that does not record the runs.
  private static func halfWidths(_ summary: Summary, _ scores: SummaryScores) throws -> [[[Double?]]] {
    try summary.detectors.indices.map { detector in
      try summary.heldOut.enumerated().map { position, row in
        try summary.seeds.indices.map { seed in
          guard let run = summary.runs?[detector][position][seed], !run.isEmpty,
            let cell = try scores.ranking(of: run, row: row)
          else { return nil }
          let area = DeLong(try Placements(scores: cell.scores, isAnomalous: cell.isAnomalous))
          return area.interval95.upper - area.value
        }
      }
    }
  }
}
