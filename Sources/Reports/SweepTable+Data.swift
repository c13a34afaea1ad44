import Foundation
import Settings

/// Machine-readable formats: all values with all digits.
extension SweepTable {
  /// Tidy CSV (RFC 4180): one row per configuration, class and seed, with the varied values. The value is empty where
  /// the status is `missing`, or `failed` for a failed run.
  public var csv: String {
    let rung = sweep.hasRungs ? ["epochs"] : []
    var rows = [sweep.fields + rung + [table.classRole.key, "seed", "metric", "value", "status"]]
    for (row, byHeldOut) in table.values.enumerated() {
      let values = sweep.values.map { $0[row].words } + rung.map { _ in String(sweep.epochs[row]) }
      for (heldOut, bySeed) in byHeldOut.enumerated() {
        for (seed, value) in bySeed.enumerated() {
          rows.append(
            values + [
              table.heldOut[heldOut], String(table.seeds[seed]), table.metric,
              value.map { String($0) } ?? "", table.status(detector: row, heldOut: heldOut, seed: seed),
            ])
        }
      }
    }
    return csvText(rows)
  }

  /// JSON with sorted keys: the configurations with their varied values, and `values` by class and seed. null marks a
  /// missing value; `failures` says which of these belong to failed runs, and why.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(JSONSweep(self)), as: UTF8.self) + "\n"
    } catch {
      preconditionFailure("a table of strings and finite numbers was not encoded: \(error)")
    }
  }
}

/// The members of the JSON rendering.
private struct JSONSweep: Encodable {
  struct Configuration: Encodable {
    var label: String
    var settings: [String: JSONSetting]
    var epochs: Int
    var stopped: Bool
    /// The value by which the best is chosen.
    var score: Double?
    /// By class and seed.
    var values: [[Double?]]
    var mean: Double?
    var standardDeviation: Double?

    enum CodingKeys: String, CodingKey {
      case label, settings, epochs, stopped, score, values, mean
      case standardDeviation = "standard_deviation"
    }
  }

  struct Failure: Encodable {
    var configuration: String
    /// The rows that the run would have filled.
    var heldOut: [String]
    var classRole: ClassRole
    var seed: Int
    var cause: String

    func encode(to encoder: any Encoder) throws {
      var members = encoder.container(keyedBy: JSONKey.self)
      try members.encode(configuration, forKey: "configuration")
      try members.encode(heldOut, forKey: JSONKey(classRole.key))
      try members.encode(seed, forKey: "seed")
      try members.encode(cause, forKey: "cause")
    }
  }

  var title: String
  var metric: String
  var heldOut: [String]
  var classRole: ClassRole
  var seed: [Int]
  var chosenBy: String?
  /// The label of the best configuration.
  var best: String?
  var configurations: [Configuration]
  var failures: [Failure]
  var notes: [String]

  func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: JSONKey.self)
    try members.encode(title, forKey: "title")
    try members.encode(metric, forKey: "metric")
    try members.encode(heldOut, forKey: JSONKey(classRole.key))
    try members.encode(seed, forKey: "seed")
    try members.encodeIfPresent(chosenBy, forKey: "chosen_by")
    try members.encodeIfPresent(best, forKey: "best")
    try members.encode(configurations, forKey: "configurations")
    try members.encode(failures, forKey: "failures")
    try members.encode(notes, forKey: "notes")
  }

  init(_ table: SweepTable) {
    let sweep = table.sweep
    title = table.table.title
    metric = table.table.metric
    heldOut = table.table.heldOut
    classRole = table.table.classRole
    seed = table.table.seeds
    chosenBy = sweep.criterion?.rawValue
    best = sweep.best.map { table.table.detectors[$0] }
    configurations = table.table.detectors.indices.map { row in
      let summary = table.summary(configuration: row)
      let settings = zip(sweep.fields, sweep.values).map { ($0, JSONSetting(value: $1[row])) }
      return Configuration(
        label: table.table.detectors[row], settings: Dictionary(uniqueKeysWithValues: settings),
        epochs: sweep.epochs[row], stopped: sweep.isStopped[row],
        score: sweep.scores[row].isNaN ? nil : sweep.scores[row], values: table.table.values[row],
        mean: summary.mean, standardDeviation: summary.standardDeviation)
    }
    failures = table.table.failures.map { failure in
      Failure(
        configuration: table.table.detectors[failure.detector],
        heldOut: failure.heldOut.map { table.table.heldOut[$0] }, classRole: table.table.classRole,
        seed: table.table.seeds[failure.seed], cause: failure.cause)
    }
    notes = table.notes
  }
}

private struct JSONSetting: Encodable {
  var value: SettingValue

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch value {
    case .integer(let integer): try container.encode(integer)
    case .number(let number): try container.encode(number)
    case .text(let text): try container.encode(text)
    case .flag(let flag): try container.encode(flag)
    case .list(let values): try container.encode(values.map(JSONSetting.init))
    }
  }
}
