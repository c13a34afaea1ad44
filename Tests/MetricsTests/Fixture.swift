import Foundation
import Metrics
import TestSupport
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

  static let all: [RankingCase] = (try? decodeFixture("ranking.json", in: .module)) ?? []
}
