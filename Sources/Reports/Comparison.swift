import Metrics
import Results
import Specs

/// Our values beside those that others have published: for each class the mean over seeds, a 95 % interval, the
/// difference and a verdict.
public struct Comparison: Sendable, Equatable {
  /// Ours: a measure of every detector, held-out class and seed.
  let table: AUCTable
  let metric: PublishedMetric
  public private(set) var sections: [Section]
  /// Lines below, after the rule of the verdicts and the warnings.
  let notes: [String]
  /// Whether our own table stands near: only what is published is shown, and the table's notes are not repeated.
  private(set) var isExcerpt = false

  /// One detector of ours beside one published row.
  public struct Section: Sendable, Equatable {
    public var detector: String
    /// The published method; nil where nothing is published of the detector.
    public var method: String?
    public var source: String
    public var notes: String
    /// The measure that the published values probably are of, where that is another than the one claimed.
    public var suspectedMetric: PublishedMetric?
    /// By held-out class; the last is the mean over all where both sides have one.
    public var cells: [Cell]
  }

  /// One class of a section.
  public struct Cell: Sendable, Equatable {
    /// The held-out class, or `PublishedTable.mean`.
    public var heldOut: String
    /// Ours, over seeds.
    public var ours: SeedSummary
    public var isFailed: Bool
    /// Nil where one seed is all there is and nothing is known of the choice of test samples.
    public var interval: Interval?
    public var published: PublishedValue?
    public var verdict: Verdict?

    /// Ours less the published value.
    public var difference: Double? {
      guard let mean = ours.mean, let published else { return nil }
      return mean - published.value
    }
  }

  public enum Verdict: String, Sendable, Equatable {
    case agrees
    case differs
    case cannotBeTold = "cannot be told"
  }

  /// Only what is published, to stand near our own table; nil where nothing is.
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

  /// How far from a published value an interval may reach that is to agree with it.
  static let margin = 0.05

  /// - Parameters:
  ///   - detectors: the kind of detector in each of the table's rows, as published rows name it.
  ///   - published: tables of any data set; those of `dataset`, `protocol` and `metric` are taken.
  ///   - halfWidths: of the 95 % interval that the choice of test samples gives each value of the table; nil where
  ///     it is not known.
  public init(
    _ table: AUCTable, detectors: [String], dataset: String, protocol evaluation: PublishedProtocol,
    metric: PublishedMetric, published: [PublishedTable], halfWidths: [[[Double?]]], notes: [String] = []
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
      let intervals = Intervals(table, detector: detector, halfWidths: halfWidths[detector])
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

  /// The mean as it is published, or over published values of just the classes that we have.
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
  /// By the rule that stands below the table.
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
/// Half the width is √((t·s/√n)² + w²): s is the sample standard deviation over n seeds and t the quantile of n − 1
/// degrees of freedom; w is the half-width by DeLong of a single run's interval, in the root mean square over seeds. It
/// is not divided by n, since all seeds test much the same images.
private struct Intervals {
  let table: AUCTable
  let detector: Int
  /// By held-out class and seed.
  let halfWidths: [[Double?]]

  init(_ table: AUCTable, detector: Int, halfWidths: [[Double?]]) {
    self.table = table
    self.detector = detector
    self.halfWidths = halfWidths
  }

  func ofClass(_ position: Int) -> Interval? {
    interval(table.summary(detector: detector, heldOut: position), sampling: sampling(position))
  }

  /// As wide by its test samples as the classes on average: they share their normal images, so nothing averages out.
  var ofMean: Interval? {
    let all = table.heldOut.indices.map(sampling)
    let known = all.compactMap { $0 }
    let mean = known.count == all.count ? known.reduce(0, +) / Double(max(1, known.count)) : nil
    return interval(table.meanSummary(detector: detector), sampling: mean)
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

  /// Within what an area can be.
  private static func around(_ mean: Double, _ half: Double) -> Interval {
    Interval(max(0, mean - half), min(1, mean + half))
  }
}
