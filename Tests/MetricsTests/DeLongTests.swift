import Diagnostics
import Metrics
import Testing

@Suite("DeLong's test")
struct DeLongTests {
  private static let comparisons = ComparisonFixture.all?.comparisons ?? []

  @Test("all sixteen comparisons of the fixture are read")
  func fixtureIsRead() { #expect(Self.comparisons.count == 16) }

  @Test("areas and standard errors are those of the definition, pair by pair", arguments: comparisons)
  func areas(of expected: ComparisonFixture.Comparison) throws {
    let (first, second) = try expected.placements()
    for (index, placements) in [first, second].enumerated() {
      let estimate = DeLong(placements)
      #expect(agrees(estimate.value, expected.areas[index], 1e-14))
      #expect(agrees(estimate.standardError, expected.standardErrors[index], 1e-12))
      let scores = index == 0 ? expected.first : expected.second
      let ranked = try RankedScores(scores: scores, isAnomalous: expected.isAnomalous)
      #expect(estimate.value == ranked.areaUnderROC)
    }
  }

  @Test("the test of two areas on the same samples is that of the definition", arguments: comparisons)
  func differences(of expected: ComparisonFixture.Comparison) throws {
    let (first, second) = try expected.placements()
    let test = DeLong(first, minus: second)
    #expect(abs(test.value - expected.difference) < 1e-15)
    #expect(agrees(test.standardError, expected.standardError, 1e-12))
    // A relative error in z grows by z² in a far tail.
    let z = expected.z ?? 0
    #expect(agrees(test.z, expected.z, 1e-11 + 1e-15 / max(abs(expected.difference), 1e-3)))
    #expect(agrees(test.twoSidedP, expected.p, 1e-11 * (1 + z * z)))
    let turned = DeLong(second, minus: first)
    #expect(turned.value == -test.value)
    #expect(turned.twoSidedP == test.twoSidedP || expected.p == nil)
  }

  @Test("its variance is the two areas' less twice what they share")
  func covariance() throws {
    let expected = try ComparisonFixture.comparison("correlated")
    let (first, second) = try expected.placements()
    let independent = (pow2(DeLong(first).standardError) + pow2(DeLong(second).standardError)).squareRoot()
    // The scores have nine tenths of their noise in common.
    #expect(DeLong(first, minus: second).standardError < 0.6 * independent)
    let interval = DeLong(first, minus: second).interval95
    #expect(interval.lower > 0 && interval.upper > interval.lower)
  }

  @Test("rankings that agree have a difference, a variance and a z of exactly 0, and p = 1")
  func agreement() throws {
    for name in ["the_same_scores", "an_increasing_map", "both_perfect"] {
      let (first, second) = try ComparisonFixture.comparison(name).placements()
      let test = DeLong(first, minus: second)
      #expect(test.value == 0 && test.standardError == 0 && test.z == 0 && test.twoSidedP == 1)
      #expect(test.interval95 == Interval(0, 0))
    }
  }

  @Test("a perfect ranking against its reversal has no variance either, and p = 0")
  func reversal() throws {
    let (first, second) = try ComparisonFixture.comparison("perfect_and_reversed").placements()
    let test = DeLong(first, minus: second)
    #expect(test.value == 1 && test.standardError == 0 && test.z == .infinity && test.twoSidedP == 0)
    #expect(DeLong(second, minus: first).z == -.infinity)
  }

  @Test("one sample of a kind tells no spread, and one kind alone no area")
  func tooFew() throws {
    let one = try Placements(scores: [1, 2, 3] as [Float], isAnomalous: [false, false, true])
    #expect(DeLong(one).value == 1 && DeLong(one).standardError.isNaN && DeLong(one).twoSidedP.isNaN)
    let none = try Placements(scores: [1, 2] as [Float], isAnomalous: [true, true])
    #expect(none.areaUnderROC.isNaN && DeLong(none).value.isNaN)
    #expect(DeLong(none, minus: none).value.isNaN)
  }

  @Test("tied samples win half a pair, in whichever order they come")
  func ties() throws {
    let scores: [Float] = [1, 2, 2, 2, 3]
    let placements = try Placements(scores: scores, isAnomalous: [false, true, false, true, false])
    #expect(placements.ofAnomalous == [3, 3])
    #expect(placements.ofNormal == [4, 2, 0])
  }

  @Test("a score that is not finite is refused by name")
  func notFinite() {
    let problem = #expect(throws: Problem.self) {
      try Placements(scores: [1, .infinity] as [Float], isAnomalous: [true, false])
    }
    #expect(problem?.cause == "the score of test sample 1 (of 2) is inf")
  }

  @Test("a million tied pairs on either side overflow nothing")
  func large() throws {
    let count = 120_000
    let scores = (0..<count).map { Float($0 % 7) }
    let isAnomalous = (0..<count).map { $0 % 3 == 0 }
    let estimate = DeLong(try Placements(scores: scores, isAnomalous: isAnomalous))
    #expect(abs(estimate.value - 0.5) < 0.001)
    #expect(abs(estimate.standardError - (1 / (12.0 * 40_000) + 1 / (12.0 * 80_000)).squareRoot()) < 1e-4)
  }

  private func pow2(_ value: Double) -> Double { value * value }
}
