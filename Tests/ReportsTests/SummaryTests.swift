import Reports
import Testing

@Suite("Means and deviations over seeds")
struct SummaryTests {
  @Test("the deviation is the sample's, with divisor n − 1")
  func knownValues() {
    // 2, 4, 4, 4, 5, 5, 7, 9: mean 5, sum of squares 32.
    let summary = SeedSummary([2, 4, 4, 4, 5, 5, 7, 9])
    #expect(summary.mean == 5)
    #expect(summary.standardDeviation == (32.0 / 7).squareRoot())
    #expect(summary.isComplete)
    #expect(summary.count == 8)
  }

  @Test("missing values are left out, and one value has no deviation")
  func missingValues() {
    let two = SeedSummary([nil, 1, 3])
    #expect(two.mean == 2)
    #expect(two.count == 2)
    #expect(!two.isComplete)
    let one = SeedSummary([0.5, nil])
    #expect(one.mean == 0.5)
    #expect(one.standardDeviation == nil)
    #expect(SeedSummary([nil, nil]).mean == nil)
  }

  @Test("a mean over classes needs every class, and its summary every seed")
  func meansOverClasses() {
    let gaps = AUCTable.gaps
    #expect(gaps.missingCount == 3)
    let means = gaps.meansOverHeldOut(detector: 0)
    #expect(means.map { $0 == nil } == [false, true, true])
    #expect(abs(means[0]! - 2.125 / 3) < 1e-15)
    #expect(gaps.meanSummary(detector: 0).mean == nil)
    let complete = AUCTable.two.meanSummary(detector: 0)
    #expect(abs(complete.mean! - 0.61) < 1e-15)
    // Of the seeds' means .6 and .62.
    #expect(abs(complete.standardDeviation! - 0.02 / 2.0.squareRoot()) < 1e-12)
  }

  @Test("NaN and infinity count as missing")
  func notFinite() {
    let table = AUCTable(
      title: "", detectors: ["d"], heldOut: ["c"], seeds: [0, 1, 2], values: [[[.nan, .infinity, 0.5]]])
    #expect(table.values == [[[nil, nil, 0.5]]])
  }
}
