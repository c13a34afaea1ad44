import Diagnostics
import Testing

@testable import Metrics

@Suite("The bootstrap of areas")
struct BootstrapTests {
  private func bootstrap(_ replicates: Int, seed: UInt64 = 1) throws -> AreaBootstrap {
    let fixture = try ComparisonFixture.read().bootstrap
    return try AreaBootstrap(
      scores: [fixture.first, fixture.second], isAnomalous: fixture.isAnomalous, replicates: replicates,
      seed: seed)
  }

  @Test("has numpy's means, spreads and intervals, within what 20,000 draws leave open")
  func againstNumpy() throws {
    let fixture = try ComparisonFixture.read().bootstrap
    let found = try bootstrap(20_000)
    let differences = zip(found.areas[0], found.areas[1]).map { $0 - $1 }
    let rows = [
      (found.areas[0], found.interval95(0), fixture.intervals[0], fixture.standardDeviations[0]),
      (found.areas[1], found.interval95(1), fixture.intervals[1], fixture.standardDeviations[1]),
      (
        differences, found.interval95(0, minus: 1), fixture.intervalOfDifference,
        fixture.standardDeviationOfDifference
      ),
    ]
    for (areas, interval, expected, spread) in rows {
      let summary = PairedDifferences(areas)
      #expect(abs(summary.standardDeviation / spread - 1) < 0.04)
      // The standard error of such a quantile is 2.7 standard deviations over √20000, twice, for two bootstraps.
      let tolerance = 5 * 2.7 * spread * (2.0 / 20_000).squareRoot()
      #expect(abs(interval.lower - expected[0]) < tolerance)
      #expect(abs(interval.upper - expected[1]) < tolerance)
    }
    for detector in 0...1 {
      let tolerance = 5 * fixture.standardDeviations[detector] * (2.0 / 20_000).squareRoot()
      #expect(abs(PairedDifferences(found.areas[detector]).mean - fixture.meanAreas[detector]) < tolerance)
    }
  }

  @Test("is the same for the same seed, another for another, and its first draws stay when there are more")
  func seeds() throws {
    let ten = try bootstrap(10)
    #expect(try bootstrap(10) == ten)
    #expect(try bootstrap(10, seed: 2) != ten)
    #expect(try bootstrap(30).areas.map { Array($0.prefix(10)) } == ten.areas)
  }

  @Test("draws the same samples for every detector: of equal rankings the difference is 0 every time")
  func sameDraws() throws {
    let fixture = try ComparisonFixture.read().bootstrap
    let doubled = fixture.first.map { $0 * 2 + 1 }
    let found = try AreaBootstrap(
      scores: [fixture.first, fixture.second, doubled], isAnomalous: fixture.isAnomalous, replicates: 50,
      seed: 3)
    #expect(found.areas[0] == found.areas[2])
    #expect(found.areas[0] != found.areas[1])
    #expect(found.interval95(0, minus: 2) == Interval(0, 0))
    #expect(Set(found.areas[0]).count > 10)
  }

  @Test("of samples that all tie is one half, of a perfect ranking 1, whatever is drawn")
  func degenerate() throws {
    let labels = [true, false, true, false, false]
    let tied = [Float](repeating: 2, count: 5)
    let perfect: [Float] = [9, 1, 8, 2, 3]
    let found = try AreaBootstrap(scores: [tied, perfect], isAnomalous: labels, replicates: 20, seed: 0)
    #expect(found.areas == [[Double](repeating: 0.5, count: 20), [Double](repeating: 1, count: 20)])
  }

  @Test("draws normal and anomalous samples apart: with one of each there is nothing to draw")
  func stratified() throws {
    let found = try AreaBootstrap(scores: [[1, 2]], isAnomalous: [false, true], replicates: 5, seed: 0)
    #expect(found.areas == [[1, 1, 1, 1, 1]])
  }

  @Test("quantiles lie between two numbers as numpy's do")
  func quantiles() {
    // numpy.quantile(range(11), [0.025, 0.975])
    #expect(percentileInterval95((0...10).map(Double.init).shuffled()) == Interval(0.25, 9.75))
    #expect(percentileInterval95([3]) == Interval(3, 3))
  }

  @Test("refuses a score that is not finite")
  func notFinite() {
    let problem = #expect(throws: Problem.self) {
      try AreaBootstrap(scores: [[1, .nan]], isAnomalous: [false, true], replicates: 5, seed: 0)
    }
    #expect(problem?.cause.contains("the score of test sample 1 (of 2) is nan") == true)
  }
}
