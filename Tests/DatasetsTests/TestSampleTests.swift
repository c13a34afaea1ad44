import Diagnostics
import Testing

@testable import Datasets

@Suite("A random choice of test images")
struct TestSampleTests {
  /// 30 normal and 70 anomalous test images.
  private let split = Split(
    train: [1000], validation: [1001], test: Array(0..<100), testClasses: (0..<100).map { $0 % 7 },
    testIsAnomalous: (0..<100).map { $0 >= 30 })

  private func sample(_ count: Int, seed: Int = 0) throws -> Split {
    try split.samplingTest(count, seed: seed, at: "e.yaml")
  }

  @Test("has normal and anomalous images in the proportion of all, in their order")
  func proportion() throws {
    for (count, normals) in [(10, 3), (50, 15), (33, 10), (2, 1), (3, 1), (99, 30), (100, 30)] {
      let chosen = try sample(count)
      #expect(chosen.test.count == count)
      #expect(chosen.testNormalCount == normals, "\(count)")
      #expect(chosen.test == chosen.test.sorted())
      #expect(chosen.testIsAnomalous == chosen.test.map { $0 >= 30 })
      #expect(chosen.testClasses == chosen.test.map { $0 % 7 })
      #expect(chosen.train == split.train && chosen.validation == split.validation)
    }
  }

  @Test("has at least one of each kind, however few one kind has")
  func rareKind() throws {
    let rare = Split(
      train: [0], test: Array(0..<50), testClasses: [Int](repeating: 0, count: 50),
      testIsAnomalous: (0..<50).map { $0 == 49 })
    for count in 2...50 {
      let chosen = try rare.samplingTest(count, seed: 1, at: "")
      #expect(chosen.testAnomalyCount == 1 && chosen.test.count == count)
    }
  }

  @Test("is part of every larger choice, so that detectors tested on different numbers share the smaller")
  func nested() throws {
    var smaller: Set<Int> = []
    for count in 2...100 {
      let chosen = Set(try sample(count, seed: 5).test)
      #expect(smaller.isSubset(of: chosen), "\(count)")
      smaller = chosen
    }
  }

  @Test("is the same for the same seed, and another for another")
  func seeds() throws {
    #expect(try sample(20) == sample(20))
    #expect(try sample(20) != sample(20, seed: 1))
  }

  @Test("of 0 images is the whole test set")
  func whole() throws { #expect(try sample(0) == split) }

  @Test("of more images than there are, or of one, is refused")
  func refusals() {
    for (count, words) in [(101, "the test set has 100 images"), (1, "a normal and an anomalous image")] {
      expectProblem(.usage, at: "e.yaml", words) { () throws(Problem) in
        _ = try split.samplingTest(count, seed: 0, at: "e.yaml")
      }
    }
  }
}
