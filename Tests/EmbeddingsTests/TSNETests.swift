import Diagnostics
import Embeddings
import Foundation
import TestSupport
import Testing

@Suite("t-SNE")
struct TSNETests {
  /// Five clusters of samples, and the divergence at which scikit-learn's exact t-SNE of them ends.
  struct Expected: Decodable {
    let samples: Int
    let features: Int
    let clusters: Int
    let matrix: [Float]
    let divergence: Double
    let divergenceOfPerplexity5: Double
  }

  private func embedding(
    _ expected: Expected, change: (inout TSNE.Settings) -> Void = { _ in }
  ) throws -> TSNE {
    var settings = TSNE.Settings()
    change(&settings)
    return try TSNE(
      of: expected.matrix, sampleCount: expected.samples, featureCount: expected.features, settings: settings)
  }

  @Test("the divergence is no worse than scikit-learn's by more than 5 %")
  func againstScikitLearn() throws {
    let expected: Expected = try decodeFixture("tsne.json", in: .module)
    let found = try embedding(expected)
    #expect(found.perplexity == 30)
    #expect(found.divergence > 0)
    #expect(found.divergence <= 1.05 * expected.divergence, "\(found.divergence) of \(expected.divergence)")
    let narrow = try embedding(expected) { $0.perplexity = 5 }
    #expect(
      narrow.divergence <= 1.05 * expected.divergenceOfPerplexity5,
      "\(narrow.divergence) of \(expected.divergenceOfPerplexity5)")
  }

  @Test("the divergence that it tells is the one of its coordinates, computed pair by pair")
  func divergence() throws {
    let expected: Expected = try decodeFixture("tsne.json", in: .module)
    let found = try embedding(expected)
    let naive = naiveDivergence(expected, found)
    #expect(abs(found.divergence / naive - 1) < 1e-3, "\(found.divergence) and \(naive)")
  }

  @Test("nearly every sample lies beside one of its own cluster")
  func neighbors() throws {
    let expected: Expected = try decodeFixture("tsne.json", in: .module)
    let places = try embedding(expected).coordinates
    let kept = (0..<expected.samples).count { sample in
      let nearest = (0..<expected.samples).filter { $0 != sample }.min {
        squaredDistance(places, sample, $0, 2) < squaredDistance(places, sample, $1, 2)
      }
      return nearest.map { $0 % expected.clusters == sample % expected.clusters } ?? false
    }
    #expect(kept >= expected.samples * 97 / 100)
  }

  @Test("two computations agree bit for bit")
  func determinism() throws {
    let expected: Expected = try decodeFixture("tsne.json", in: .module)
    let short: (inout TSNE.Settings) -> Void = { ($0.steps, $0.earlySteps) = (60, 30) }
    #expect(try embedding(expected, change: short) == embedding(expected, change: short))
  }

  @Test("equal samples are drawn apart by noise that the seed decides; a few samples have a small perplexity")
  func withoutVariance() throws {
    func embed(seed: UInt64) throws -> TSNE {
      var settings = TSNE.Settings()
      settings.seed = seed
      return try TSNE(
        of: [Float](repeating: 0.5, count: 10), sampleCount: 10, featureCount: 1, settings: settings)
    }
    let found = try embed(seed: 1)
    #expect(found.perplexity == 3)
    #expect(found.coordinates.allSatisfy { $0.isFinite })
    #expect(Set(found.coordinates).count == 20)
    #expect(try embed(seed: 1) == found)
    #expect(try embed(seed: 2).coordinates != found.coordinates)
  }

  @Test("a feature that is not finite is refused")
  func notFinite() {
    #expect(throws: Problem.self) {
      try TSNE(of: [0, 1, .infinity, 3], sampleCount: 4, featureCount: 1)
    }
  }

  /// The definition, with a search for each precision that shares nothing with the one under test.
  private func naiveDivergence(_ expected: Expected, _ found: TSNE) -> Double {
    let count = expected.samples
    var joint = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    for sample in 0..<count {
      let distances = (0..<count).map { squaredDistance(expected.matrix, sample, $0, expected.features) }
      func probabilities(_ logarithm: Double) -> [Double] {
        let weights = (0..<count).map { $0 == sample ? 0 : exp(-distances[$0] * exp(logarithm)) }
        let total = weights.reduce(0, +)
        return weights.map { $0 / total }
      }
      var (low, high) = (-12.0, 6.0)
      for _ in 0..<60 {
        let middle = (low + high) / 2
        let entropy = probabilities(middle).reduce(0) { $0 - ($1 > 0 ? $1 * log($1) : 0) }
        if entropy.isNaN || entropy < log(found.perplexity) { high = middle } else { low = middle }
      }
      for (other, probability) in probabilities(low).enumerated() {
        joint[sample][other] += probability / Double(2 * count)
        joint[other][sample] += probability / Double(2 * count)
      }
    }
    func closeness(_ a: Int, _ b: Int) -> Double { 1 / (1 + squaredDistance(found.coordinates, a, b, 2)) }
    var total = 0.0
    for a in 0..<count { for b in 0..<count where a != b { total += closeness(a, b) } }
    var sum = 0.0
    for a in 0..<count {
      for b in 0..<count where a != b && joint[a][b] > 0 {
        sum += joint[a][b] * log(joint[a][b] * total / closeness(a, b))
      }
    }
    return sum
  }

  private func squaredDistance(_ rows: [Float], _ first: Int, _ second: Int, _ length: Int) -> Double {
    (0..<length).reduce(0) { sum, column in
      let difference = Double(rows[first * length + column]) - Double(rows[second * length + column])
      return sum + difference * difference
    }
  }
}
