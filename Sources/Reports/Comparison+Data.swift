import Foundation
import Settings
import Specs

/// Machine-readable formats: all values with all digits.
extension Comparison {
  /// Tidy CSV (RFC 4180): one row per detector, published method and class.
  public var csv: String {
    var rows = [
      [
        "detector", table.classRole.key, "metric", "seeds", "mean", "standard_deviation", "lower", "upper",
        "method",
        "published", "published_spread", "certainty", "suspected_metric", "source", "difference", "verdict",
      ]
    ]
    func words(_ value: Double?) -> String { value.map { String($0) } ?? "" }
    for section in sections {
      for cell in section.cells {
        rows.append([
          section.detector, cell.heldOut, metric.rawValue, String(cell.ours.count), words(cell.ours.mean),
          words(cell.ours.standardDeviation), words(cell.interval?.lower), words(cell.interval?.upper),
          section.method ?? "", words(cell.published?.value), words(cell.published?.spread),
          cell.published?.certainty.rawValue ?? "", section.suspectedMetric?.rawValue ?? "", section.source,
          words(cell.difference), cell.verdict?.rawValue ?? "",
        ])
      }
    }
    return csvText(rows)
  }

  /// JSON with sorted keys; missing values are omitted.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(JSONComparison(self)), as: UTF8.self) + "\n"
    } catch {
      preconditionFailure("a comparison of strings and finite numbers was not encoded: \(error)")
    }
  }
}

/// The members of the JSON rendering.
private struct JSONComparison: Encodable {
  struct Section: Encodable {
    var detector: String
    var method: String?
    var source: String
    var notes: String
    var suspectedMetric: PublishedMetric?
    var classes: [Cell]

    enum CodingKeys: String, CodingKey {
      case detector, method, source, notes, classes
      case suspectedMetric = "suspected_metric"
    }
  }

  struct Cell: Encodable {
    var heldOut: String
    var classRole: ClassRole
    var seeds: Int
    var mean: Double?
    var standardDeviation: Double?
    /// Lower and upper bound.
    var interval: [Double]?
    var published: Double?
    var publishedSpread: Double?
    var certainty: Certainty?
    var difference: Double?
    var verdict: String?

    func encode(to encoder: any Encoder) throws {
      var members = encoder.container(keyedBy: JSONKey.self)
      try members.encode(heldOut, forKey: JSONKey(classRole.key))
      try members.encode(seeds, forKey: "seeds")
      try members.encodeIfPresent(mean, forKey: "mean")
      try members.encodeIfPresent(standardDeviation, forKey: "standard_deviation")
      try members.encodeIfPresent(interval, forKey: "interval")
      try members.encodeIfPresent(published, forKey: "published")
      try members.encodeIfPresent(publishedSpread, forKey: "published_spread")
      try members.encodeIfPresent(certainty, forKey: "certainty")
      try members.encodeIfPresent(difference, forKey: "difference")
      try members.encodeIfPresent(verdict, forKey: "verdict")
    }
  }

  var title: String
  var metric: PublishedMetric
  var seed: [Int]
  var comparisons: [Section]
  var warnings: [String]
  var notes: [String]

  init(_ comparison: Comparison) {
    title = comparison.table.title
    metric = comparison.metric
    seed = comparison.table.seeds
    comparisons = comparison.sections.map { section in
      Section(
        detector: section.detector, method: section.method, source: section.source, notes: section.notes,
        suspectedMetric: section.suspectedMetric,
        classes: section.cells.map { cell in
          Cell(
            heldOut: cell.heldOut, classRole: comparison.table.classRole, seeds: cell.ours.count,
            mean: cell.ours.mean,
            standardDeviation: cell.ours.standardDeviation,
            interval: cell.interval.map { [$0.lower, $0.upper] }, published: cell.published?.value,
            publishedSpread: cell.published?.spread, certainty: cell.published?.certainty,
            difference: cell.difference, verdict: cell.verdict?.rawValue)
        })
    }
    warnings = comparison.warnings
    notes = comparison.allNotes
  }
}
