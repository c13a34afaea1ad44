import Testing

@testable import Metrics

@Suite("Distributions")
struct DistributionTests {
  @Test("the tails of the normal distribution are scipy's, to 10⁻³⁰⁰")
  func normal() throws {
    let cases = try ComparisonFixture.read().normal
    #expect(cases.count == 8)
    for expected in cases {
      #expect(agrees(normalTwoSidedP(expected.z), expected.p, 1e-12), "z = \(expected.z)")
      #expect(normalTwoSidedP(-expected.z) == normalTwoSidedP(expected.z))
    }
    #expect(agrees(normalTwoSidedP(normalQuantile975), 0.05, 1e-14))
    #expect(normalTwoSidedP(.infinity) == 0 && normalTwoSidedP(.nan).isNaN)
  }

  @Test("the tails of Student's t are scipy's, from one degree of freedom to a hundred thousand")
  func students() throws {
    let cases = try ComparisonFixture.read().studentsT
    #expect(cases.count == 80)
    for expected in cases {
      let found = StudentsT(degreesOfFreedom: expected.degreesOfFreedom).twoSidedP(expected.t)
      // The normalization of so many degrees of freedom is a difference of large logarithms.
      let tolerance = expected.degreesOfFreedom > 1000 ? 1e-9 : 1e-11
      #expect(
        agrees(found, expected.p, tolerance), "\(expected.degreesOfFreedom), t = \(expected.t): \(found)")
    }
    #expect(StudentsT(degreesOfFreedom: 3).twoSidedP(.infinity) == 0)
    #expect(StudentsT(degreesOfFreedom: 3).twoSidedP(.nan).isNaN)
    // Cauchy's distribution: P(|T| ≥ t) = 1 − 2/π · arctan t, near 0 and in the tail as well.
    let cauchy = StudentsT(degreesOfFreedom: 1)
    #expect(agrees(cauchy.twoSidedP(1), 0.5, 1e-15))
    #expect(abs(1 - cauchy.twoSidedP(1e-9) - 2e-9 / .pi) < 1e-15)
    #expect(agrees(cauchy.twoSidedP(1e12), 2e-12 / .pi, 1e-14))
  }

  @Test("the quantiles of Student's t are scipy's")
  func quantiles() throws {
    let cases = try ComparisonFixture.read().quantiles
    #expect(cases.count == 25)
    for expected in cases {
      let found = StudentsT(degreesOfFreedom: expected.degreesOfFreedom).twoSidedQuantile(expected.p)
      #expect(agrees(found, expected.t, 1e-10), "\(expected.degreesOfFreedom), p = \(expected.p): \(found)")
    }
  }

  @Test("the paired t test is scipy's")
  func paired() throws {
    let cases = try ComparisonFixture.read().paired
    #expect(cases.count == 3)
    for expected in cases {
      let test = PairedDifferences(expected.differences)
      #expect(agrees(test.mean, expected.mean, 1e-13))
      #expect(agrees(test.standardDeviation, expected.standardDeviation, 1e-13))
      #expect(agrees(test.t, expected.t, 1e-12))
      #expect(agrees(test.twoSidedP, expected.p, 1e-11))
      #expect(agrees(test.interval95.lower, expected.interval[0], 1e-10))
      #expect(agrees(test.interval95.upper, expected.interval[1], 1e-10))
    }
  }

  @Test("differences without spread: p = 1 where all are 0, p = 0 where all are another number")
  func constant() {
    let none = PairedDifferences([0, 0, 0])
    #expect(none.t == 0 && none.twoSidedP == 1 && none.interval95 == Interval(0, 0))
    let tenth = PairedDifferences([0.1, 0.1, 0.1])
    #expect(tenth.standardDeviation == 0 && tenth.t == .infinity && tenth.twoSidedP == 0)
  }

  @Test("one difference has a mean and no spread, none has nothing")
  func few() {
    let one = PairedDifferences([0.25])
    #expect(one.mean == 0.25 && one.standardDeviation.isNaN && one.twoSidedP.isNaN)
    #expect(one.interval95.lower.isNaN)
    #expect(PairedDifferences([]).mean.isNaN && PairedDifferences([]).twoSidedP.isNaN)
  }
}
