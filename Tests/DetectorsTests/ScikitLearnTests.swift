import Foundation
import Images
import Kernels
import Metrics
import Randomness
import Settings
import Testing

@testable import Detectors

/// Expects scores to be another implementation's to a relative 10⁻⁴, and to rank alike wherever that one tells two
/// apart by more than `Float` holds.
private func expectAgreement(
  _ found: [Double], _ expected: [Double], _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  try #require(found.count == expected.count)
  for (index, (one, other)) in zip(found, expected).enumerated() {
    #expect(
      abs(one - other) <= 1e-4 * abs(other), "\(name): image \(index)", sourceLocation: sourceLocation)
  }
  let order = expected.indices.sorted { expected[$0] < expected[$1] }
  for (lower, higher) in zip(order, order.dropFirst())
  where expected[higher] - expected[lower] > 1e-6 * abs(expected[higher]) {
    #expect(found[lower] < found[higher], "\(name): \(lower), \(higher)", sourceLocation: sourceLocation)
  }
}

@Suite("Beside scikit-learn")
struct ScikitLearnTests {
  @Test("the fixture is there")
  func fixture() throws {
    #expect(try ClassicalFixture.shared.get().cases.count == 5)
  }

  @Test("PCA keeps as many components, and its errors agree", arguments: ClassicalCase.all)
  func pca(_ expected: ClassicalCase) throws {
    var settings = PCASettings()
    settings.preprocessing = expected.prepared
    let detector = settings.detector()
    try detector.train(epoch: 1, on: selection(expected.train))
    let variances = try #require(detector.weights.first { $0.name == "components.variance" })
    #expect(variances.values.count == expected.components)
    try expectAgreement(try detector.headline(selection(expected.test), settings), expected.pca, "error")
  }

  @Test("Mahalanobis distances with Ledoit and Wolf's shrinkage agree", arguments: ClassicalCase.all)
  func mahalanobis(_ expected: ClassicalCase) throws {
    var settings = MahalanobisSettings()
    settings.preprocessing = expected.prepared
    let detector = settings.detector()
    try detector.train(epoch: 1, on: selection(expected.train))
    let shrinkage = try #require(detector.weights.first { $0.name == "shrinkage" }).values[0]
    #expect(abs(Double(shrinkage) - expected.shrinkage) < 1e-5 * expected.shrinkage)
    try expectAgreement(
      try detector.headline(selection(expected.test), settings), expected.mahalanobis, "distance")
  }

  @Test("distances to the nearest neighbours agree", arguments: ClassicalCase.all)
  func neighbors(_ expected: ClassicalCase) throws {
    var settings = NearestNeighborsSettings()
    settings.preprocessing = expected.prepared
    try expectAgreement(
      try settings.scores(of: expected.test, after: expected.train), expected.neighbours, "distance")
  }

  @Test("kernel densities agree, of pixels and of components", arguments: ClassicalCase.all)
  func density(_ expected: ClassicalCase) throws {
    var settings = KernelDensitySettings()
    settings.preprocessing = expected.prepared
    settings.bandwidth = expected.bandwidth
    try expectAgreement(
      try settings.scores(of: expected.test, after: expected.train), expected.density, "pixels")
    settings.principalShare = 0.95
    try expectAgreement(
      try settings.scores(of: expected.test, after: expected.train), expected.componentDensity, "components")
  }

  @Test("the bandwidth of the highest cross-validated likelihood is theirs", arguments: ClassicalCase.all)
  func bandwidth(_ expected: ClassicalCase) throws {
    let grid = try ClassicalFixture.shared.get().grid
    for (share, best) in [(0, expected.bestBandwidths), (0.95, expected.bestComponentBandwidths)] {
      var settings = KernelDensitySettings()
      settings.preprocessing = expected.prepared
      settings.principalShare = share
      settings.smallestBandwidth = grid[0]
      settings.largestBandwidth = grid[grid.count - 1]
      settings.bandwidthCount = grid.count
      for (one, other) in zip(settings.bandwidthGrid, grid) { #expect(abs(one / other - 1) < 1e-12) }
      let detector = KernelDensity(
        image: smallImage, settings: settings, seed: 1, context: ComputeContext(threads: 1))
      try detector.train(epoch: 1, on: selection(expected.train))
      let found = try #require(detector.model).bandwidth
      #expect(best.contains { abs(found / $0 - 1) < 1e-12 }, "\(found) is none of \(best)")
    }
  }

  @Test("one-class SVM: decision values lie within 10⁻⁴ of their range", arguments: ClassicalCase.all)
  func machine(_ expected: ClassicalCase) throws {
    for (share, machine) in [(0, expected.machine), (0.95, expected.componentMachine)] {
      var settings = OneClassSVMSettings()
      settings.preprocessing = expected.prepared
      settings.principalShare = share
      settings.tolerance = 1e-6
      let found = try settings.scores(of: expected.test, after: expected.train)
      try #require(found.count == machine.scores.count)
      let range = try #require(machine.scores.max()) - #require(machine.scores.min())
      for (one, other) in zip(found, machine.scores) { #expect(abs(one - other) < 1e-4 * range) }
    }
  }
}

@Suite("Isolation forests beside scikit-learn's")
struct IsolationForestTests {
  @Test("over 20 seeds, AUC and scores are alike in mean and spread")
  func forests() throws {
    let expected = try ClassicalFixture.shared.get().forests
    let isAnomalous = (0..<expected.test.count / 64).map { $0 >= expected.normals }
    let forests = try (0..<20).map { seed in
      try IsolationForestSettings().scores(of: expected.test, after: expected.train, seed: seed)
    }
    let aucs = try forests.map { try DetectionMetrics(scores: $0, isAnomalous: isAnomalous).areaUnderROC }
    let (mean, deviation) = moments(aucs)
    let (theirMean, theirDeviation) = moments(expected.aucs)
    let theirs = try #require(expected.aucs.min())...#require(expected.aucs.max())
    #expect(theirs.contains(mean))
    // Means of 20 each; four of their standard errors.
    #expect(
      abs(mean - theirMean)
        < 4 * ((deviation * deviation + theirDeviation * theirDeviation) / 20).squareRoot())
    #expect((0.5...2).contains(deviation / theirDeviation))
    for auc in aucs { #expect(abs(auc - theirMean) < 4 * theirDeviation) }

    for image in isAnomalous.indices {
      let (mean, deviation) = moments(forests.map { $0[image] })
      let theirs = expected.scoreDeviations[image]
      #expect(
        abs(mean - expected.meanScores[image])
          < 5 * ((deviation * deviation + theirs * theirs) / 20).squareRoot(), "image \(image)")
    }
  }

  @Test("a tree isolates each of its images, or stops at the depth of a balanced one")
  func tree() {
    var stream = RandomStream(seed: 3, name: "test")
    let images: [Float] = (0..<64 * 3).map { Float(($0 * 37) % 101) }
    let tree = IsolationTree(isolating: images.span, count: 64, dimension: 3, stream: &stream)
    #expect(tree.isWellFormed)
    for image in 0..<64 {
      let length = tree.pathLength(of: images.span.extracting(image * 3..<(image + 1) * 3))
      #expect(length >= 1 && length <= Float(6 + IsolationTree.meanPathLength(of: 59)))
    }
    let ones = [Float](repeating: 1, count: 30)
    let equal = IsolationTree(isolating: ones.span, count: 10, dimension: 3, stream: &stream)
    #expect(equal.nodes.count == 1, "equal images cannot be cut apart")
    #expect(equal.nodes[0].pathLength == Float(IsolationTree.meanPathLength(of: 10)))
    #expect(IsolationTree.meanPathLength(of: 2) == 1)
    #expect(IsolationTree.meanPathLength(of: 1) == 0)
    #expect(abs(IsolationTree.meanPathLength(of: 256) - 10.244_770_920_12) < 1e-9)
  }

  private func moments(_ values: [Double]) -> (mean: Double, deviation: Double) {
    let mean = values.reduce(0, +) / Double(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / Double(values.count - 1)).squareRoot())
  }
}
