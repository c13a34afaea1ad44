import Metrics
import Testing

@Suite("The standard error of a mean of areas")
struct MeanAreaTests {
  private static let comparisons = (ComparisonFixture.all?.comparisons ?? []).filter {
    $0.standardErrors.allSatisfy { ($0 ?? 0) > 0 }
  }

  private func set(_ comparison: ComparisonFixture.Comparison, _ scores: [Float], from: Int = 0)
    -> SharedTestSet
  {
    SharedTestSet(
      samples: Array(from..<from + scores.count), scores: scores, isAnomalous: comparison.isAnomalous)
  }

  @Test("the fixture has areas with a spread") func fixture() { #expect(Self.comparisons.count > 5) }

  @Test("is DeLong's for one test set, however often it counts", arguments: comparisons)
  func single(_ comparison: ComparisonFixture.Comparison) throws {
    let one = set(comparison, comparison.first)
    let expected = comparison.standardErrors[0]
    #expect(agrees(try standardErrorOfMeanArea([one]), expected, 1e-12))
    #expect(agrees(try standardErrorOfMeanArea([one, one, one]), expected, 1e-12))
  }

  @Test("adds variances where no sample is shared", arguments: comparisons)
  func disjoint(_ comparison: ComparisonFixture.Comparison) throws {
    let sets = [set(comparison, comparison.first), set(comparison, comparison.second, from: 1_000_000)]
    let squares = comparison.standardErrors.reduce(0) { $0 + ($1 ?? 0) * ($1 ?? 0) }
    #expect(agrees(try standardErrorOfMeanArea(sets), squares.squareRoot() / 2, 1e-12))
  }

  @Test(
    "has the covariance of two detectors on the same samples, as their difference has it",
    arguments: comparisons)
  func shared(_ comparison: ComparisonFixture.Comparison) throws {
    let sets = [set(comparison, comparison.first), set(comparison, comparison.second)]
    let (first, second) = try comparison.placements()
    // (A + B)² = 2A² + 2B² − (A − B)²
    let squares = comparison.standardErrors.reduce(0) { $0 + 2 * ($1 ?? 0) * ($1 ?? 0) }
    let difference = DeLong(first, minus: second).standardError
    let found = try standardErrorOfMeanArea(sets)
    #expect(abs(4 * found * found - (squares - difference * difference)) < 1e-12 * squares)
  }

  @Test("does not exist where a test set has a single sample of a kind")
  func tooFew() throws {
    let set = SharedTestSet(samples: [0, 1, 2], scores: [1, 2, 3], isAnomalous: [false, false, true])
    #expect(try standardErrorOfMeanArea([set]).isNaN)
  }
}
