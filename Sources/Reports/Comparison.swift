import Metrics
import Results
import Specs

/// Our values beside published ones: for each class the mean over seeds, a 95 % interval, the difference and a verdict.
public struct Comparison: Sendable, Equatable {
  /// Our values, by detector, class and seed.
  let table: AUCTable
  let metric: PublishedMetric
  public private(set) var sections: [Section]
  /// Lines at the end, after the rule for verdicts and the warnings.
  let notes: [String]
  /// Whether our own table is shown nearby: then only classes with a published value are shown, and the table's notes
  /// are not repeated.
  private(set) var isExcerpt = false

  /// One detector of ours beside one published row.
  public struct Section: Sendable, Equatable {
    /// Our detector, as the table names it.
    public var detector: String
    /// The published method; nil if nothing is published for the detector.
    public var method: String?
    /// Where the values were published; empty if they were not.
    public var source: String
    /// Notes on the published table and row.
    public var notes: String
    /// The measure that the published values probably report, if it is not the one claimed.
    public var suspectedMetric: PublishedMetric?
    /// By class; the last is the mean over all classes if both sides have one.
    public var cells: [Cell]
  }

  /// One class of a section.
  public struct Cell: Sendable, Equatable {
    /// The class, or `PublishedTable.mean`.
    public var heldOut: String
    /// Our values over seeds.
    public var ours: SeedSummary
    /// Whether a run of this class failed.
    public var isFailed: Bool
    /// nil if there is a single seed and the uncertainty from the choice of test samples is unknown.
    public var interval: Interval?
    /// nil if nothing is published for this class.
    public var published: PublishedValue?
    /// nil if either value is missing.
    public var verdict: Verdict?

    /// Our mean minus the published value.
    public var difference: Double? {
      guard let mean = ours.mean, let published else { return nil }
      return mean - published.value
    }
  }

  /// Whether ours agrees with the published value, by the rule printed below the table.
  public enum Verdict: String, Sendable, Equatable {
    case agrees
    case differs
    case cannotBeTold = "cannot be told"
  }

  /// Only the classes with a published value, to be shown near our own table; nil if there are none.
  var excerpt: Comparison? {
    var result = self
    result.isExcerpt = true
    result.sections = sections.compactMap { section in
      var section = section
      section.cells.removeAll { $0.published == nil }
      return section.cells.isEmpty ? nil : section
    }
    return result.sections.isEmpty ? nil : result
  }

  /// How far an interval may reach from a published value and still agree with it.
  static let margin = 0.05

  /// - Parameters:
  ///   - detectors: the kind of detector in each table row, as published rows name it.
  ///   - published: tables of any data set; those of `dataset`, `protocol` and `metric` are used.
  ///   - halfWidths: by detector, class and seed, half the width of the 95 % interval due to the choice of test
  ///     samples; nil where unknown.
  ///   - halfWidthsOfMeans: by detector, the same of one seed's mean over classes.
  public init(
    _ table: AUCTable, detectors: [String], dataset: String, protocol evaluation: PublishedProtocol,
    metric: PublishedMetric, published: [PublishedTable], halfWidths: [[[Double?]]],
    halfWidthsOfMeans: [Double?], notes: [String] = []
  ) {
    precondition(detectors.count == table.detectors.count, "\(detectors.count) kinds of \(table.detectors)")
    self.table = table
    self.metric = metric
    self.notes = notes
    let fitting = published.filter {
      $0.dataset == dataset && $0.metric == metric && $0.evaluation == evaluation
    }
    sections = table.detectors.indices.flatMap { detector -> [Section] in
      let rows = fitting.flatMap { table in
        table.rows.filter { $0.detector == detectors[detector] }.map { (table, $0) }
      }
      let intervals = Intervals(
        table, detector: detector, halfWidths: halfWidths[detector], ofMean: halfWidthsOfMeans[detector])
      if rows.isEmpty { return [Section(table, detector: detector, intervals)] }
      return rows.map { Section(table, detector: detector, intervals, of: $0.0, $0.1) }
    }
  }
}

extension Comparison.Section {
  fileprivate init(
    _ table: AUCTable, detector: Int, _ intervals: Intervals, of publication: PublishedTable? = nil,
    _ row: PublishedRow? = nil
  ) {
    self.detector = table.detectors[detector]
    method = row?.method
    source = publication?.source ?? ""
    notes = [publication?.notes, row?.notes].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " ")
    suspectedMetric = row?.suspectedMetric
    cells = table.heldOut.enumerated().map { position, name in
      Comparison.Cell(
        heldOut: name, ours: table.summary(detector: detector, heldOut: position),
        isFailed: table.hasFailure(detector: detector, heldOut: position),
        interval: intervals.ofClass(position),
        published: row.flatMap { publication?.value($0, class: name) }, verdict: nil)
    }
    if let publication, let row, let mean = Self.publishedMean(publication, row, of: table.heldOut),
      table.hasMeanOverHeldOut
    {
      cells.append(
        Comparison.Cell(
          heldOut: PublishedTable.mean, ours: table.meanSummary(detector: detector),
          isFailed: cells.contains(where: \.isFailed), interval: intervals.ofMean, published: mean,
          verdict: nil))
    }
    for index in cells.indices { cells[index].judge(suspectsMetric: suspectedMetric != nil) }
  }

  /// The published mean, or the mean of the published values if they cover exactly our classes.
  private static func publishedMean(
    _ publication: PublishedTable, _ row: PublishedRow, of heldOut: [String]
  ) -> PublishedValue? {
    if let mean = publication.value(row, class: PublishedTable.mean) { return mean }
    let values = row.values.compactMap { $0 }
    guard Set(publication.classes) == Set(heldOut), values.count == heldOut.count, !values.isEmpty,
      let worst = values.max(by: { ($0.tolerance ?? 1) < ($1.tolerance ?? 1) })
    else { return nil }
    return PublishedValue(
      values.reduce(0) { $0 + $1.value } / Double(values.count), certainty: worst.certainty,
      decimals: worst.decimals)
  }
}

extension Comparison.Cell {
  /// Applies the rule printed below the table.
  fileprivate mutating func judge(suspectsMetric: Bool) {
    guard ours.mean != nil, let published else { return }
    guard !suspectsMetric, let interval, let tolerance = published.tolerance else {
      verdict = .cannotBeTold
      return
    }
    let band = tolerance + (published.spread ?? 0)
    let margin = max(Comparison.margin, band)
    let (lower, upper) = (interval.lower - published.value, interval.upper - published.value)
    if upper < -band || lower > band {
      verdict = .differs
    } else {
      verdict = lower >= -margin && upper <= margin ? .agrees : .cannotBeTold
    }
  }
}

/// The 95 % intervals of one detector's means over seeds.
///
/// The half-width is √((t·s/√n)² + w²): s is the sample standard deviation over n seeds, t the quantile of Student's t
/// with n − 1 degrees of freedom, and w the root mean square over seeds of a single run's DeLong half-width; for the mean
/// over classes, that of the seed whose scores are kept. w is not divided by √n, since all seeds test nearly the same
/// images.
private struct Intervals {
  let table: AUCTable
  let detector: Int
  /// By class and seed.
  let halfWidths: [[Double?]]
  let halfWidthOfMean: Double?

  init(_ table: AUCTable, detector: Int, halfWidths: [[Double?]], ofMean halfWidthOfMean: Double?) {
    self.table = table
    self.detector = detector
    self.halfWidths = halfWidths
    self.halfWidthOfMean = halfWidthOfMean
  }

  func ofClass(_ position: Int) -> Interval? {
    interval(table.summary(detector: detector, heldOut: position), sampling: sampling(position))
  }

  /// nil where the classes' uncertainty from test samples is known and that of their mean is not: seeds alone would claim
  /// too much.
  var ofMean: Interval? {
    guard halfWidthOfMean != nil || table.heldOut.indices.allSatisfy({ sampling($0) == nil }) else {
      return nil
    }
    return interval(table.meanSummary(detector: detector), sampling: halfWidthOfMean)
  }

  private func sampling(_ position: Int) -> Double? {
    let known = halfWidths[position].compactMap { $0 }.filter(\.isFinite)
    guard !known.isEmpty else { return nil }
    return (known.reduce(0) { $0 + $1 * $1 } / Double(known.count)).squareRoot()
  }

  private func interval(_ summary: SeedSummary, sampling: Double?) -> Interval? {
    guard let mean = summary.mean else { return nil }
    guard let deviation = summary.standardDeviation else {
      return sampling.map { Self.around(mean, $0) }
    }
    let count = Double(summary.count)
    let t = StudentsT(degreesOfFreedom: count - 1).twoSidedQuantile(0.05)
    let seeds = t * deviation / count.squareRoot()
    let half = (seeds * seeds + (sampling ?? 0) * (sampling ?? 0)).squareRoot()
    return Self.around(mean, half)
  }

  /// Clipped to the range of an area.
  private static func around(_ mean: Double, _ half: Double) -> Interval {
    Interval(max(0, mean - half), min(1, mean + half))
  }
}
