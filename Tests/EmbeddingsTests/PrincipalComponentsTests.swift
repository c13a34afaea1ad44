import Diagnostics
import Embeddings
import TestSupport
import Testing

@Suite("Principal components")
struct PrincipalComponentsTests {
  /// A matrix of 14 samples and 23 features, and scikit-learn's PCA of it.
  struct Expected: Decodable {
    let samples: Int
    let features: Int
    let components: Int
    let matrix: [Float]
    let scores: [Double]
    let explainedVariance: [Double]
    let explainedVarianceRatio: [Double]
  }

  @Test("scores and explained variance are scikit-learn's, up to the sign of a component")
  func againstScikitLearn() throws {
    let expected: Expected = try decodeFixture("principal_components.json", in: .module)
    let found = try PrincipalComponents(
      of: expected.matrix, sampleCount: expected.samples, featureCount: expected.features,
      componentCount: expected.components)
    #expect(found.sampleCount == expected.samples)
    #expect(found.componentCount == expected.components)
    try #require(found.scores.count == expected.scores.count)
    for component in 0..<expected.components {
      let variance = expected.explainedVariance[component]
      #expect(abs(found.explainedVariance[component] / variance - 1) < 1e-9)
      #expect(
        abs(found.explainedVarianceRatio[component] - expected.explainedVarianceRatio[component]) < 1e-12)
      let entries = stride(from: component, to: found.scores.count, by: expected.components)
      let largest = entries.max { abs(expected.scores[$0]) < abs(expected.scores[$1]) }!
      let sign = expected.scores[largest] < 0 ? -1.0 : 1
      #expect(found.scores[largest] > 0)
      for entry in entries {
        #expect(
          abs(Double(found.scores[entry]) - sign * expected.scores[entry]) < 1e-6 * variance.squareRoot()
            + 1e-5)
      }
    }
  }

  @Test("with all components, distances between samples are kept; more features than one block holds")
  func distancesAreKept() throws {
    let samples = 9
    let features = 1300
    let matrix = (0..<samples * features).map { Float(($0 * 7919 + $0 / features * 31) % 1009) / 100 }
    let found = try PrincipalComponents(
      of: matrix, sampleCount: samples, featureCount: features, componentCount: 50)
    #expect(found.componentCount == samples)
    for first in 0..<samples {
      for second in 0..<first {
        let before = squaredDistance(matrix, first, second, length: features)
        let after = squaredDistance(found.scores, first, second, length: found.componentCount)
        #expect(abs(after / before - 1) < 1e-5)
      }
    }
    #expect(abs(found.explainedVarianceRatio.reduce(0, +) - 1) < 1e-12)
    // Centring leaves one direction fewer than there are samples.
    #expect(found.explainedVariance[samples - 1] == 0)
    #expect(
      stride(from: samples - 1, to: found.scores.count, by: samples).allSatisfy { found.scores[$0] == 0 })
  }

  @Test("two computations agree bit for bit, and adding a constant to a feature changes nothing much")
  func determinism() throws {
    let matrix = (0..<60).map { Float(($0 * 37) % 61) }
    func reduce(_ matrix: [Float]) throws -> PrincipalComponents {
      try PrincipalComponents(of: matrix, sampleCount: 10, featureCount: 6, componentCount: 3)
    }
    let found = try reduce(matrix)
    #expect(try reduce(matrix) == found)
    let shifted = try reduce(matrix.enumerated().map { $1 + ($0 % 6 == 2 ? 1000 : 0) })
    for (one, other) in zip(found.scores, shifted.scores) { #expect(abs(one - other) < 1e-4) }
  }

  @Test("equal samples have no variance and all scores 0")
  func equalSamples() throws {
    let found = try PrincipalComponents(
      of: [Float](repeating: 0.3, count: 12), sampleCount: 4, featureCount: 3, componentCount: 2)
    #expect(found.scores == [Float](repeating: 0, count: 8))
    #expect(found.explainedVariance == [0, 0])
    #expect(found.explainedVarianceRatio == [0, 0])
  }

  @Test("a feature that is not finite is refused by name")
  func notFinite() {
    let problem = #expect(throws: Problem.self) {
      try PrincipalComponents(of: [0, 1, 2, .nan], sampleCount: 2, featureCount: 2, componentCount: 1)
    }
    #expect(problem?.cause == "feature 1 of sample 1 is nan")
  }

  private func squaredDistance(_ rows: [Float], _ first: Int, _ second: Int, length: Int) -> Double {
    (0..<length).reduce(0) { sum, column in
      let difference = Double(rows[first * length + column]) - Double(rows[second * length + column])
      return sum + difference * difference
    }
  }
}
