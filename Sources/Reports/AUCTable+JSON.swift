import Foundation

extension AUCTable {
  /// The table as JSON with sorted keys, ending with a line feed.
  ///
  /// `values`, `mean` and `standard_deviation` are nested arrays by detector, held-out class and, for
  /// `values`, seed; `mean_over_held_out` is by detector and seed. All digits are kept, and null stands for
  /// what is missing; `failures` says which of these are of a run that failed, and why. Means and deviations over
  /// seeds are of the values there are.
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

/// The fields of the JSON rendering, in its names.
struct JSONTable: Codable, Equatable {
  var title: String
  var metric: String
  var detector: [String]
  var heldOut: [String]
  var seed: [Int]
  var values: [[[Double?]]]
  var mean: [[Double?]]
  var standardDeviation: [[Double?]]
  var meanOverHeldOut: [[Double?]]
  var failures: [Failure]
  var notes: [String]

  struct Failure: Codable, Equatable {
    var detector: String
    /// The rows that the run would have filled.
    var heldOut: [String]
    var seed: Int
    var cause: String

    enum CodingKeys: String, CodingKey {
      case detector, seed, cause
      case heldOut = "held_out"
    }
  }

  enum CodingKeys: String, CodingKey {
    case title, metric, detector, seed, values, mean, failures, notes
    case heldOut = "held_out"
    case standardDeviation = "standard_deviation"
    case meanOverHeldOut = "mean_over_held_out"
  }

  init(_ table: AUCTable) {
    title = table.title
    metric = table.metric
    detector = table.detectors
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
