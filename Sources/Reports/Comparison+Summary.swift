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
    let scores = metric == .auroc ? try SummaryScores(in: path) : nil
    self.init(
      table, detectors: summary.detectors.map { kinds[$0] ?? $0 }, dataset: experiment.dataset.title,
      protocol: experiment.classRole == .normal ? .oneClassNormal : .oneClassAnomalous,
      metric: metric, published: isRefused ? [] : published,
      halfWidths: try scores.map { try Self.halfWidths(summary, $0) }
        ?? summary.detectors.map { _ in summary.heldOut.map { _ in summary.seeds.map { _ in nil } } },
      halfWidthsOfMeans: try summary.detectors.indices.map { detector in
        try scores.flatMap { try Self.halfWidthOfMean(summary, detector: detector, $0) }
      },
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

  /// The half-width of the mean over classes, of the first seed whose runs all keep their scores by sample; nil if there
  /// is none.
  private static func halfWidthOfMean(
    _ summary: Summary, detector: Int, _ scores: SummaryScores
  ) throws -> Double? {
    for seed in summary.seeds.indices {
      let sets = try summary.heldOut.enumerated().compactMap { position, row -> SharedTestSet? in
        guard let run = summary.runs?[detector][position][seed], !run.isEmpty,
          let cell = try scores.headline(of: run, row: row)
        else { return nil }
        return SharedTestSet(
          samples: cell.sampleIndex, scores: cell.scores, isAnomalous: cell.isAnomalous)
      }
      guard sets.count == summary.heldOut.count else { continue }
      let error = try standardErrorOfMeanArea(sets)
      return error.isFinite ? normalQuantile975 * error : nil
    }
    return nil
  }
}
