import Testing

@testable import Metrics

@Suite("The threshold of a false-alarm rate")
struct FalseAlarmThresholdTests {
  @Test("is the order statistic that leaves at most the rate above it")
  func orderStatistic() throws {
    // 0 … 98: of 100 scores, the new one among them, five may lie above the 95th.
    let scores = (0..<99).map(Float.init)
    let threshold = try #require(FalseAlarmThreshold(sorted: scores, rate: 0.05))
    #expect(threshold.rank == 95 && threshold.value == 94 && threshold.normals == 99)
    #expect(FalseAlarmThreshold(sorted: scores, rate: 0.5)?.value == 49)
    #expect(FalseAlarmThreshold(sorted: Array(scores.prefix(19)), rate: 0.05)?.value == 18)
  }

  @Test(
    "takes 19 normals for 5 %, 99 for 1 %, and does not exist with fewer",
    arguments: [0.5, 0.1, 0.05, 0.01, 0.003])
  func fewest(rate: Double) {
    let fewest = FalseAlarmThreshold.fewestNormals(rate: rate)
    #expect([0.5: 1, 0.1: 9, 0.05: 19, 0.01: 99][rate].map { $0 == fewest } ?? (fewest == 333))
    let scores = (0..<fewest).map(Float.init)
    #expect(FalseAlarmThreshold(sorted: scores, rate: rate)?.value == scores.last)
    #expect(FalseAlarmThreshold(sorted: scores.dropLast(), rate: rate) == nil)
  }

  @Test("of the smallest and the largest rate is none, or the lowest score", arguments: [1, 19, 1000])
  func extremes(normals: Int) {
    let scores = (0..<normals).map(Float.init)
    for rate in [Double.leastNonzeroMagnitude, 1e-300, 1e-12] {
      #expect(FalseAlarmThreshold(sorted: scores, rate: rate) == nil)
      #expect(FalseAlarmThreshold.fewestNormals(rate: rate) > 1_000_000)
    }
    for rate in [1 - 1e-12, Double(1).nextDown] {
      #expect(FalseAlarmThreshold(sorted: scores, rate: rate)?.value == 0)
      #expect(FalseAlarmThreshold.fewestNormals(rate: rate) == 1)
    }
    #expect(FalseAlarmThreshold(sorted: [], rate: 0.5) == nil)
  }

  @Test("has SciPy's beta quantiles as its interval")
  func interval() throws {
    let threshold = try #require(FalseAlarmThreshold(sorted: (0..<99).map(Float.init), rate: 0.05))
    #expect(abs(threshold.interval.lowerBound - 0.016599911329843488) < 1e-12)
    #expect(abs(threshold.interval.upperBound - 0.10022790656874934) < 1e-12)
    let larger = BetaDistribution(50, 950)
    #expect(abs(larger.quantile(0.025) - 0.03737299919946922) < 1e-11)
    #expect(abs(larger.quantile(0.975) - 0.06432986442771636) < 1e-11)
    // 1 − (1 − x)^19
    #expect(abs(BetaDistribution(1, 19).quantile(0.975) - 0.17646691180696536) < 1e-12)
  }

  @Test("calls an image normal that scores no higher than the threshold, by the percentile as by the score")
  func percentiles() throws {
    let scores: [Float] = [1, 2, 2, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9, 9, 9, 9, 9, 10]
    #expect(percentile(of: 0, among: scores) == 0)
    #expect(percentile(of: 2, among: scores) == 100.0 / 19)
    #expect(percentile(of: 2.5, among: scores) == 400.0 / 19)
    #expect(percentile(of: 11, among: scores) == 100)
    let threshold = try #require(FalseAlarmThreshold(sorted: scores, rate: 0.1))
    for score in stride(from: Float(0), to: 11, by: 0.5) {
      let below = Int((percentile(of: score, among: scores) * 19 / 100).rounded())
      #expect((score > threshold.value) == (below >= threshold.rank), "\(score)")
    }
  }
}
