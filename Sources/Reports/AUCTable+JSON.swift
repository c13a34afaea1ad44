import Foundation
import Settings

extension AUCTable {
  /// The table as JSON with sorted keys, ending with a newline.
  ///
  /// `values`, `mean` and `standard_deviation` are nested arrays by detector, class and, for `values`, seed;
  /// `mean_over_held_out` is by detector and seed. The class names are under `held_out`; for normal classes,
  /// `normal_class` replaces it in every key. All digits are kept. null marks a missing value, and `failures` says
  /// which of these belong to failed runs, and why. Means and standard deviations are over the seeds present.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(JSONTable(self)), as: UTF8.self) + "\n"
    } catch {
      preconditionFailure("a table of strings and finite numbers was not encoded: \(error)")
    }
  }
}

/// A JSON member name known only at run time.
struct JSONKey: CodingKey, ExpressibleByStringLiteral {
  var stringValue: String
  var intValue: Int? { nil }

  init(_ name: String) { stringValue = name }
  init(stringLiteral name: String) { stringValue = name }
  init?(stringValue name: String) { stringValue = name }
  init?(intValue: Int) { nil }
}

/// The members of the JSON rendering.
struct JSONTable: Equatable {
  var title: String
  var metric: String
  var detector: [String]
  var classRole: ClassRole
  var heldOut: [String]
  var seed: [Int]
  var values: [[[Double?]]]
  var mean: [[Double?]]
  var standardDeviation: [[Double?]]
  var meanOverHeldOut: [[Double?]]
  var failures: [Failure]
  var notes: [String]

  struct Failure: Equatable {
    var detector: String
    /// The rows that the run would have filled.
    var heldOut: [String]
    var seed: Int
    var cause: String
  }

  init(_ table: AUCTable) {
    title = table.title
    metric = table.metric
    detector = table.detectors
    classRole = table.classRole
    heldOut = table.heldOut
    seed = table.seeds
    values = table.values
    mean = table.values.map { $0.map { SeedSummary($0).mean } }
    standardDeviation = table.values.map { $0.map { SeedSummary($0).standardDeviation } }
    meanOverHeldOut = table.detectors.indices.map { table.meansOverHeldOut(detector: $0) }
    failures = table.failures.map { failure in
      Failure(
        detector: table.detectors[failure.detector], heldOut: failure.heldOut.map { table.heldOut[$0] },
        seed: table.seeds[failure.seed], cause: failure.cause)
    }
    notes = table.notes
  }
}

extension JSONTable: Codable {
  private static func meanKey(_ role: ClassRole) -> JSONKey { JSONKey("mean_over_\(role.key)") }

  func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: JSONKey.self)
    try members.encode(title, forKey: "title")
    try members.encode(metric, forKey: "metric")
    try members.encode(detector, forKey: "detector")
    try members.encode(heldOut, forKey: JSONKey(classRole.key))
    try members.encode(seed, forKey: "seed")
    try members.encode(values, forKey: "values")
    try members.encode(mean, forKey: "mean")
    try members.encode(standardDeviation, forKey: "standard_deviation")
    try members.encode(meanOverHeldOut, forKey: Self.meanKey(classRole))
    try members.encode(notes, forKey: "notes")
    var list = members.nestedUnkeyedContainer(forKey: "failures")
    for failure in failures {
      var members = list.nestedContainer(keyedBy: JSONKey.self)
      try members.encode(failure.detector, forKey: "detector")
      try members.encode(failure.heldOut, forKey: JSONKey(classRole.key))
      try members.encode(failure.seed, forKey: "seed")
      try members.encode(failure.cause, forKey: "cause")
    }
  }

  init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: JSONKey.self)
    classRole = members.contains(JSONKey(ClassRole.normal.key)) ? .normal : .heldOut
    title = try members.decode(String.self, forKey: "title")
    metric = try members.decode(String.self, forKey: "metric")
    detector = try members.decode([String].self, forKey: "detector")
    heldOut = try members.decode([String].self, forKey: JSONKey(classRole.key))
    seed = try members.decode([Int].self, forKey: "seed")
    values = try members.decode([[[Double?]]].self, forKey: "values")
    mean = try members.decode([[Double?]].self, forKey: "mean")
    standardDeviation = try members.decode([[Double?]].self, forKey: "standard_deviation")
    meanOverHeldOut = try members.decode([[Double?]].self, forKey: Self.meanKey(classRole))
    notes = try members.decode([String].self, forKey: "notes")
    failures = []
    var list = try members.nestedUnkeyedContainer(forKey: "failures")
    while !list.isAtEnd {
      let members = try list.nestedContainer(keyedBy: JSONKey.self)
      failures.append(
        Failure(
          detector: try members.decode(String.self, forKey: "detector"),
          heldOut: try members.decode([String].self, forKey: JSONKey(classRole.key)),
          seed: try members.decode(Int.self, forKey: "seed"),
          cause: try members.decode(String.self, forKey: "cause")))
    }
  }
}
