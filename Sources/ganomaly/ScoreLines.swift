import ArgumentParser
import Diagnostics
import Foundation
import Metrics
import Reports

/// How scored images are printed.
enum ScoreFormat: String, CaseIterable, ExpressibleByArgument {
  case text, csv, json
}

/// What a score says of an image.
struct ScoreVerdict {
  /// An image that scores above it is anomalous; nil for no verdict.
  var threshold: Float?
  /// Of normals that did not train, ascending; empty for no percentiles.
  var normalScores: [Float]
  /// Where the threshold comes from; nil for one that was given.
  var calibration: FalseAlarmThreshold?

  /// The threshold, and what is known of its false alarms, in a sentence; nil where there is none to explain.
  var note: String? {
    guard let calibration else { return nil }
    func percent(_ share: Double) -> String { String(format: "%.3g", 100 * share) }
    let (interval, value) = (calibration.interval, calibration.value)
    return
      "threshold \(value): \(percent(calibration.rate)) % false alarms expected at most, from \(calibration.normals) "
      + "normals (95 % interval of this threshold's rate: \(percent(interval.lowerBound)) to "
      + "\(percent(interval.upperBound)) %)"
  }

  func percentile(_ score: Float) -> Double? {
    normalScores.isEmpty ? nil : Metrics.percentile(of: score, among: normalScores)
  }

  func word(_ score: Float) -> String? { threshold.map { score > $0 ? "anomalous" : "normal" } }
}

/// Gathers the lines of scored images, and prints them.
struct ScoreLines {
  private let format: ScoreFormat
  private let verdict: ScoreVerdict
  private let encoder = JSONEncoder()
  /// What was gathered, with its line ends.
  private var text: String

  init(format: ScoreFormat, verdict: ScoreVerdict) {
    (self.format, self.verdict) = (format, verdict)
    text = format == .csv ? csvText([["path", "score", "percentile", "verdict"]]) : ""
    encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
  }

  mutating func add(_ path: String, _ score: Float) throws {
    let (percentile, word) = (verdict.percentile(score), verdict.word(score))
    let rounded = percentile.map { String(format: "%.4g", $0) }
    switch format {
    case .text:
      text += ([path, "\(score)"] + [rounded, word].compactMap(\.self)).joined(separator: "\t") + "\n"
    case .csv: text += csvText([[path, "\(score)", rounded ?? "", word ?? ""]])
    case .json:
      let object = Object(path: path, score: score, percentile: percentile, verdict: word)
      text += String(decoding: try encoder.encode(object), as: UTF8.self) + "\n"
    }
  }

  /// Prints what was gathered.
  mutating func flush() throws(Problem) {
    defer { text = "" }
    if !text.isEmpty { try Terminal.write(text) }
  }

  private struct Object: Encodable {
    var path: String
    var score: Float
    var percentile: Double?
    var verdict: String?
  }
}
