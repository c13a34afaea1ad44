import Metrics
import TestSupport
import Testing

/// comparison.json: what a script that shares nothing with the code under test says; nil for what is not a number.
struct ComparisonFixture: Decodable, Sendable {
  struct Comparison: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let labels: String
    let first: [Float]
    let second: [Float]
    let areas: [Double]
    let standardErrors: [Double?]
    let difference: Double
    let standardError: Double?
    let z: Double?
    let p: Double?

    var testDescription: String { name }
    var isAnomalous: [Bool] { anomalous(labels) }

    func placements() throws -> (first: Placements, second: Placements) {
      (
        try Placements(scores: first, isAnomalous: isAnomalous),
        try Placements(scores: second, isAnomalous: isAnomalous)
      )
    }
  }

  struct StudentsT: Decodable, Sendable {
    let degreesOfFreedom: Double
    let t: Double
    let p: Double
  }

  struct Normal: Decodable, Sendable {
    let z: Double
    let p: Double
  }

  struct Paired: Decodable, Sendable {
    let differences: [Double]
    let mean: Double
    let standardDeviation: Double
    let t: Double
    let p: Double
    let interval: [Double]
  }

  struct Bootstrap: Decodable, Sendable {
    let labels: String
    let first: [Float]
    let second: [Float]
    let intervals: [[Double]]
    let intervalOfDifference: [Double]
    let meanAreas: [Double]
    let standardDeviations: [Double]
    let standardDeviationOfDifference: Double

    var isAnomalous: [Bool] { anomalous(labels) }
  }

  let comparisons: [Comparison]
  let studentsT: [StudentsT]
  let quantiles: [StudentsT]
  let normal: [Normal]
  let paired: [Paired]
  let bootstrap: Bootstrap

  static let all: ComparisonFixture? = try? decodeFixture("comparison.json", in: .module)
  static func read() throws -> ComparisonFixture { try decodeFixture("comparison.json", in: .module) }

  static func comparison(_ name: String) throws -> Comparison {
    try #require(read().comparisons.first { $0.name == name })
  }
}

private func anomalous(_ labels: String) -> [Bool] { labels.utf8.map { $0 == UInt8(ascii: "1") } }

/// Whether `found` is `expected` to the share `tolerance`; nil stands for what is not a number.
func agrees(_ found: Double, _ expected: Double?, _ tolerance: Double) -> Bool {
  guard let expected else { return !found.isFinite }
  return abs(found - expected) <= tolerance * max(abs(expected), .leastNormalMagnitude)
}
