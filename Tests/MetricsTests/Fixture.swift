import Foundation
import Metrics
import Testing

/// One case of ranking.json: scores and labels, and what scikit-learn says of them.
struct RankingCase: Decodable, CustomTestStringConvertible, Sendable {
  struct Curve: Decodable, Sendable {
    /// How many points the whole curve has; only those at `indices` are kept.
    let points: Int
    let indices: [Int]
    let fpr: [Double]
    let tpr: [Double]
    let thresholds: [Double]
  }

  let name: String
  let labels: String
  let scores: [Double]
  let rocAuc: Double
  let averagePrecision: Double
  let eer: Double
  let fprAt95: Double
  let curve: Curve
  let fullCurve: Curve

  var testDescription: String { name }

  var isAnomalous: [Bool] { labels.utf8.map { $0 == UInt8(ascii: "1") } }

  func ranked() throws -> RankedScores { try RankedScores(scores: scores, isAnomalous: isAnomalous) }

  static let all: [RankingCase] = (try? decodeFixture("ranking.json")) ?? []
}

/// Decodes a JSON file of the Fixtures folder.
func decodeFixture<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
  let folder = try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
  let decoder = JSONDecoder()
  decoder.keyDecodingStrategy = .convertFromSnakeCase
  return try decoder.decode(type, from: Data(contentsOf: folder.appendingPathComponent(name)))
}
