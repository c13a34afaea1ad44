import Foundation
import Metrics

/// Machine-readable formats: all digits.
extension DetectorComparison {
  /// Tidy CSV (RFC 4180): one row per pair, class and seed. Missing and non-finite values are empty.
  public var csv: String {
    let rows = pairs.flatMap { pair in
      pair.cells.map { cell -> [String] in
        let names = [pair.first, pair.second, cell.name, String(cell.seed)]
        guard let tests = cell.tests else {
          return names + [String](repeating: "", count: Self.columns.count)
        }
        let counts = [tests.normalCount, tests.anomalousCount].map { String($0) }
        return names + counts + Self.numbers(tests).map { $0.isFinite ? String($0) : "" }
      }
    }
    return csvText([["first", "second", classRole.key, "seed"] + Self.columns] + rows)
  }

  private static let columns = [
    "normal", "anomalous", "auroc_first", "auroc_second", "difference", "standard_error", "z", "p",
    "delong_lower", "delong_upper", "bootstrap_lower", "bootstrap_upper",
  ]

  /// In the order of `columns`, without the counts.
  private static func numbers(_ tests: PairedTests) -> [Double] {
    let difference = tests.difference
    return [
      tests.first.value, tests.second.value, difference.value, difference.standardError, difference.z,
      difference.twoSidedP, difference.interval95.lower, difference.interval95.upper, tests.bootstrap.lower,
      tests.bootstrap.upper,
    ]
  }

  /// JSON with sorted keys, ending with a newline: for each pair its tests by class and seed, and the paired t tests
  /// over seeds and over classes. Missing and non-finite values are null.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(document), as: UTF8.self) + "\n"
    } catch {
      preconditionFailure("texts and finite numbers were not encoded: \(error)")
    }
  }

  private var document: JSONValue {
    .object([
      "title": .text(title), "replicates": .integer(replicates), "seed": .list(seeds.map(JSONValue.integer)),
      classRole.key: .list(classes.map(JSONValue.text)), "notes": .list(notesBelow.map(JSONValue.text)),
      "pairs": .list(pairs.map(document)),
    ])
  }

  private func document(of pair: DetectorPair) -> JSONValue {
    .object([
      "first": .text(pair.first), "second": .text(pair.second), "tests": .list(pair.cells.map(document)),
      "over_seeds": .list(classes.map { document(of: pair.overSeeds($0), [classRole.key: .text($0)]) }),
      "over_seeds_of_means": document(of: pair.overSeedsOfMeans),
      "over_classes": document(of: pair.overClasses),
    ])
  }

  private func document(of cell: DetectorPair.Cell) -> JSONValue {
    var members: [String: JSONValue] = [classRole.key: .text(cell.name), "seed": .integer(cell.seed)]
    let counts = cell.tests.map { [$0.normalCount, $0.anomalousCount].map(JSONValue.integer) }
    let numbers = cell.tests.map { Self.numbers($0).map(JSONValue.number) }
    let values = (counts ?? []) + (numbers ?? [])
    for (index, name) in Self.columns.enumerated() {
      members[name] = values.isEmpty ? .number(.nan) : values[index]
    }
    return .object(members)
  }

  private func document(
    of differences: PairedDifferences, _ others: [String: JSONValue] = [:]
  ) -> JSONValue {
    let interval = differences.interval95
    return .object(
      others.merging([
        "count": .integer(differences.count), "mean_difference": .number(differences.mean),
        "standard_deviation": .number(differences.standardDeviation), "t": .number(differences.t),
        "p": .number(differences.twoSidedP), "lower": .number(interval.lower),
        "upper": .number(interval.upper),
      ]) { $1 })
  }
}

/// A JSON value built by hand; non-finite numbers are encoded as null.
enum JSONValue: Encodable {
  case text(String)
  case integer(Int)
  case number(Double)
  case flag(Bool)
  case list([JSONValue])
  case object([String: JSONValue])

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let text): try container.encode(text)
    case .integer(let integer): try container.encode(integer)
    case .number(let number) where number.isFinite: try container.encode(number)
    case .number: try container.encodeNil()
    case .flag(let flag): try container.encode(flag)
    case .list(let elements): try container.encode(elements)
    case .object(let members): try container.encode(members)
    }
  }
}
