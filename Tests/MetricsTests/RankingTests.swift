import Diagnostics
import Metrics
import Testing

@Suite("Ranking measures")
struct RankingTests {
  @Test("all ten cases of the fixture are read")
  func fixtureIsRead() { #expect(RankingCase.all.count == 10) }

  @Test("the measures are scikit-learn's", arguments: RankingCase.all)
  func measures(of expected: RankingCase) throws {
    let metrics = try DetectionMetrics(scores: expected.scores, isAnomalous: expected.isAnomalous)
    #expect(abs(metrics.areaUnderROC - expected.rocAuc) <= 2e-15)
    #expect(abs(metrics.averagePrecision - expected.averagePrecision) <= 1e-14)
    // The fixture's root search stops within 2e-12.
    #expect(abs(metrics.equalErrorRate - expected.eer) <= 2.1e-12)
    #expect(metrics.falsePositiveRateAt95 == expected.fprAt95)
    let ranked = try expected.ranked()
    #expect(ranked.anomalousCount == expected.isAnomalous.count(where: { $0 }))
    #expect(ranked.normalCount + ranked.anomalousCount == expected.scores.count)
  }

  @Test("the curves are scikit-learn's, with and without intermediate points", arguments: RankingCase.all)
  func curves(of expected: RankingCase) throws {
    let ranked = try expected.ranked()
    for (droppingIntermediate, expectedCurve) in [(true, expected.curve), (false, expected.fullCurve)] {
      let curve = ROCCurve(ranked, droppingIntermediate: droppingIntermediate)
      try #require(curve.falsePositiveRates.count == expectedCurve.points)
      try #require(curve.truePositiveRates.count == expectedCurve.points)
      #expect(curve.falsePositiveRates[0] == 0)
      #expect(curve.truePositiveRates[0] == 0)
      #expect(expectedCurve.indices.map { curve.falsePositiveRates[$0] } == expectedCurve.fpr)
      #expect(expectedCurve.indices.map { curve.truePositiveRates[$0] } == expectedCurve.tpr)
    }
    let thresholds: [Double] = [.infinity] + ranked.thresholds
    #expect(expected.fullCurve.indices.map { thresholds[$0] } == expected.fullCurve.thresholds)
  }

  @Test("the area is that under the curve by trapezia, dropped points or not", arguments: RankingCase.all)
  func areaUnderCurve(of expected: RankingCase) throws {
    let ranked = try expected.ranked()
    for droppingIntermediate in [true, false] {
      let curve = ROCCurve(ranked, droppingIntermediate: droppingIntermediate)
      var area = 0.0
      for index in 1..<curve.falsePositiveRates.count {
        let width = curve.falsePositiveRates[index] - curve.falsePositiveRates[index - 1]
        area += width * (curve.truePositiveRates[index] + curve.truePositiveRates[index - 1]) / 2
      }
      #expect(abs(area - ranked.areaUnderROC) < 1e-12)
    }
  }

  @Test("AUC of tied scores counts half")
  func tiesCountHalf() throws {
    let ranked = try RankedScores(
      scores: [Float](repeating: 3, count: 5), isAnomalous: [true, false, true, false, false])
    #expect(ranked.areaUnderROC == 0.5)
    #expect(ranked.thresholds == [3])
    // Two pairs of four won, one tied.
    let some = try RankedScores(scores: [1.0, 2, 2, 0], isAnomalous: [true, true, false, false])
    #expect(some.areaUnderROC == 2.5 / 4)
  }

  @Test("negating the scores or swapping the labels turns the AUC into 1 − AUC", arguments: RankingCase.all)
  func reversal(of expected: RankingCase) throws {
    let isAnomalous = expected.isAnomalous
    let area = try expected.ranked().areaUnderROC
    let negated = try RankedScores(scores: expected.scores.map { -$0 }, isAnomalous: isAnomalous)
    let swapped = try RankedScores(scores: expected.scores, isAnomalous: isAnomalous.map { !$0 })
    #expect(abs(negated.areaUnderROC - (1 - area)) < 1e-15)
    #expect(abs(swapped.areaUnderROC - (1 - area)) < 1e-15)
  }

  @Test("neither the order of the samples nor an increasing map of the scores changes a measure")
  func invariance() throws {
    let expected = try #require(RankingCase.all.first { $0.name == "ties_10_levels" })
    let metrics = try DetectionMetrics(scores: expected.scores, isAnomalous: expected.isAnomalous)
    let backwards = try DetectionMetrics(
      scores: Array(expected.scores.reversed()), isAnomalous: Array(expected.isAnomalous.reversed()))
    let mapped = try DetectionMetrics(
      scores: expected.scores.map { $0 * 8 - 3 }, isAnomalous: expected.isAnomalous)
    let narrow = try DetectionMetrics(
      scores: expected.scores.map(Float.init), isAnomalous: expected.isAnomalous)
    #expect(backwards == metrics)
    #expect(mapped == metrics)
    #expect(narrow == metrics)
  }

  @Test("the rate at 95 % counts a curve point that reaches it exactly, and none below")
  func falsePositiveRateAtARate() throws {
    // 20 anomalous samples at 20, 19 … 1, a normal one just above each of the lowest two.
    let scores = (1...20).map(Double.init) + [1.5, 2.5, 0.5, 0]
    let isAnomalous = [Bool](repeating: true, count: 20) + [Bool](repeating: false, count: 4)
    let ranked = try RankedScores(scores: scores, isAnomalous: isAnomalous)
    #expect(ranked.falsePositiveRate(atTruePositiveRate: 0.95) == 0.25)
    #expect(ranked.falsePositiveRate(atTruePositiveRate: 0.96) == 0.5)
    #expect(ranked.falsePositiveRate(atTruePositiveRate: 1) == 0.5)
    #expect(ranked.falsePositiveRate(atTruePositiveRate: 0) == 0)
  }

  @Test(
    "with one kind of label only, or none, every measure is NaN",
    arguments: [[true, true], [false, false], []])
  func oneKindOnly(labels: [Bool]) throws {
    let ranked = try RankedScores(scores: labels.indices.map(Double.init), isAnomalous: labels)
    let metrics = DetectionMetrics(ranked)
    #expect(metrics.areaUnderROC.isNaN)
    #expect(metrics.averagePrecision.isNaN)
    #expect(metrics.equalErrorRate.isNaN)
    #expect(metrics.falsePositiveRateAt95.isNaN)
    #expect(ranked.normalCount == labels.count(where: { !$0 }))
    let curve = ROCCurve(ranked)
    #expect(curve.truePositiveRates.allSatisfy(\.isNaN) == !labels.contains(true))
    #expect(curve.falsePositiveRates.allSatisfy(\.isNaN) == !labels.contains(false))
  }

  @Test("a score that is not finite is refused by name", arguments: [Float.nan, .infinity, -.infinity])
  func notFinite(score: Float) {
    let problem = #expect(throws: Problem.self) {
      try DetectionMetrics(scores: [1, 2, score, .nan], isAnomalous: [true, false, true, false])
    }
    #expect(problem?.kind == .runFailed)
    #expect(problem?.cause == "the score of test sample 2 (of 4) is \(score)")
  }
}
