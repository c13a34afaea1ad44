import Metrics
import TestSupport
import Testing

/// distances.json: what numpy and scipy say of values beside references.
private struct DistanceFixture: Decodable {
  struct Correlation: Decodable {
    let first: [Double]
    let second: [Double]
    let correlation: Double?
    let ranks: [Double]
  }

  struct Distance: Decodable {
    let values: [[Double]]
    let references: [Double]
    let meanAbsolute: Double
    let bias: Double
    let within: Int
    let largest: Int
    let interval: [Double]?
  }

  struct Chance: Decodable {
    let candidates: [[Double]]
    let references: [Double]
    let permutations: [[Int]]
    let nearest: Double
    let distances: [Double]
    let median: Double
    let fivePercentPoint: Double
    let share: Double
  }

  let correlations: [Correlation]
  let distances: [Distance]
  let chances: [Chance]

  static func read() throws -> DistanceFixture { try decodeFixture("distances.json", in: .module) }
}

@Suite("The distance from published values")
struct PublishedDistanceTests {
  @Test("midranks and Spearman's correlation are scipy's, with ties on either side")
  func correlations() throws {
    let cases = try DistanceFixture.read().correlations
    #expect(cases.count == 15)
    for expected in cases {
      #expect(midranks(expected.first) == expected.ranks)
      let found = rankCorrelation(expected.first, expected.second)
      if let correlation = expected.correlation {
        #expect(abs(found - correlation) < 1e-12, "\(expected.first) and \(expected.second): \(found)")
      } else {
        #expect(found.isNaN, "\(expected.first) and \(expected.second): \(found)")
      }
    }
  }

  @Test("a correlation does not change with an increasing map, and its sign changes with a decreasing one")
  func maps() throws {
    for expected in try DistanceFixture.read().correlations where expected.correlation != nil {
      let found = rankCorrelation(expected.first, expected.second)
      #expect(rankCorrelation(expected.first.map { 3 * $0 + 1 }, expected.second) == found)
      #expect(rankCorrelation(expected.first, expected.second.map { -$0 }) == -found)
      #expect(rankCorrelation(expected.second, expected.first) == found)
    }
  }

  @Test(
    "mean absolute difference, bias, count within ±.05, largest difference and interval are numpy's and scipy's"
  )
  func distances() throws {
    let cases = try DistanceFixture.read().distances
    #expect(cases.count == 6)
    for expected in cases {
      let means = expected.values.map { $0.reduce(0, +) / Double($0.count) }
      let found = ReferenceDistance(means, references: expected.references, margin: 0.05)
      #expect(abs(found.meanAbsolute - expected.meanAbsolute) < 1e-14)
      #expect(abs(found.bias - expected.bias) < 1e-14)
      #expect(found.countWithin == expected.within)
      #expect(found.largest == expected.largest)
      let interval = found.interval95(bySeed: expected.values, references: expected.references)
      #expect((interval == nil) == (expected.interval == nil))
      if let interval, let bounds = expected.interval {
        #expect(abs(interval.lower - bounds[0]) < 1e-12)
        #expect(abs(interval.upper - bounds[1]) < 1e-12)
      }
    }
  }

  @Test("there is no interval where classes have different numbers of seeds")
  func unequalSeeds() {
    let distance = ReferenceDistance([0.5, 0.6], references: [0.4, 0.7], margin: 0.05)
    #expect(distance.interval95(bySeed: [[0.4, 0.6], [0.6]], references: [0.4, 0.7]) == nil)
    #expect(distance.interval95(bySeed: [[0.4, 0.6], [0.5, 0.7]], references: [0.4, 0.7]) != nil)
  }

  @Test("of several largest differences the first one counts, whatever their signs")
  func firstLargest() {
    let distance = ReferenceDistance([0.5, 0.25, 0.75], references: [0.5, 0.5, 0.5], margin: 0.05)
    #expect(distance.largest == 1 && distance.differences[1] == -0.25 && distance.bias == 0)
  }

  @Test("the nearest candidate under each permutation, its median and its 5 % point are numpy's")
  func chance() throws {
    let cases = try DistanceFixture.read().chances
    #expect(cases.count == 4)
    for expected in cases {
      let found = NearestByChance(
        candidates: expected.candidates, references: expected.references,
        permutations: expected.permutations)
      #expect(abs(found.nearest - expected.nearest) < 1e-14)
      #expect(found.distances.count == expected.distances.count)
      for (distance, wanted) in zip(found.distances, expected.distances) {
        #expect(abs(distance - wanted) < 1e-14)
      }
      #expect(abs(found.median - expected.median) < 1e-14)
      #expect(abs(found.fivePercentPoint - expected.fivePercentPoint) < 1e-14)
      #expect(found.shareAtLeastAsNear == expected.share)
    }
  }

  @Test(
    "permutations of a seed are always the same, all orders come up equally often, and another seed has others"
  )
  func draws() {
    let candidates = [[0.9, 0.5, 0.7], [0.2, 0.3, 0.1]]
    let references = [0.9, 0.5, 0.7]
    func draw(_ seed: UInt64) -> NearestByChance {
      NearestByChance(candidates: candidates, references: references, count: 6000, seed: seed)
    }
    let found = draw(0)
    #expect(found == draw(0) && found != draw(1))
    #expect(found.nearest == 0)
    // One order in six is the one that is published: 1000 ± 4 standard deviations of 29.
    #expect(abs(found.shareAtLeastAsNear * 6000 - 1000) < 116)
    #expect(found.distances.count == 6000 && found.distances.first == 0)
  }
}
