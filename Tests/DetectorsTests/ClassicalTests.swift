import Diagnostics
import Images
import Kernels
import Settings
import TestSupport
import Testing

@testable import Detectors

/// Settings of each classical detector, small and with all that they can do to images first.
private let kinds: [any DetectorMaking] = {
  var pca = PCASettings()
  var mahalanobis = MahalanobisSettings()
  var neighbors = NearestNeighborsSettings()
  var density = KernelDensitySettings()
  density.selectionImages = 60
  var machine = OneClassSVMSettings()
  machine.subsample = 90
  var forest = IsolationForestSettings()
  forest.trees = 10
  let plain: [any DetectorMaking] = [
    pca, mahalanobis, neighbors, density, machine, forest, PixelStatisticsSettings(),
  ]
  pca.preprocessing = .contrast
  mahalanobis.preprocessing = .contrast
  neighbors.preprocessing = .contrast
  density.preprocessing = .contrast
  density.principalShare = 0.9
  machine.preprocessing = .contrast
  machine.principalShare = 0.9
  forest.preprocessing = .contrast
  return plain + [pca, mahalanobis, neighbors, density, machine, forest]
}()

private func name(_ settings: any DetectorMaking) -> String { type(of: settings).detectorName }

/// Images of three color channels, 6 × 5; more than one block of any loop.
private let color = ImageShape(channels: 3, height: 6, width: 5)

private func images(_ count: Int, from first: Int = 0) -> ImageSelection {
  var bytes: [UInt8] = []
  for index in first * color.count..<(first + count) * color.count {
    let (image, pixel) = (index / 90, index % 90)
    bytes.append(UInt8((index * 7919 + image * 131 + pixel * (image % 7)) % 251))
  }
  return selection(bytes, shape: color)
}

private func areFinite(_ values: [Float]) -> Bool { values.allSatisfy { $0.isFinite } }

/// All scores of `test` after a fit on `train`.
private func scores(
  _ settings: any DetectorMaking, _ train: ImageSelection, _ test: ImageSelection, threads: Int = 1,
  seed: UInt64 = 0
) throws -> Scores {
  let detector = settings.detector(threads: threads, seed: seed, image: train.store.shape)
  try detector.train(epoch: 1, on: train)
  return detector.score(test, batchNorm: .running, batchSize: 64)
}

@Suite("Classical detectors")
struct ClassicalTests {
  @Test("give a finite score of each of their names for each image, the same bits whatever the threads")
  func threads() throws {
    for settings in kinds {
      let found = try scores(settings, images(400), images(130, from: 300))
      #expect(Set(found.byName.keys) == Set(settings.scoreNames(ProtocolSettings())))
      for values in found.byName.values {
        #expect(values.count == 130 && areFinite(values), "\(name(settings))")
      }
      for threads in [2, 3] {
        #expect(
          try scores(settings, images(400), images(130, from: 300), threads: threads) == found,
          "\(name(settings)) on \(threads) threads")
      }
    }
  }

  @Test("are fitted in one pass, and score an image alike whatever is scored with it")
  func batches() throws {
    for settings in kinds {
      let detector = settings.detector(image: color)
      #expect(detector.epochs == 1)
      var steps = 0
      let report = try detector.train(epoch: 1, on: images(150)) { step in steps += step.steps }
      #expect(steps == 1 && report.images == 150 && report.redraws == 0)
      let test = images(40, from: 400)
      let together = try detector.headline(test, settings)
      let alone = try (0..<40).map { try detector.headline(test.selecting([$0]), settings)[0] }
      for (one, other) in zip(together, alone) {
        let difference = abs(one - other)
        #expect(difference <= 1e-5 * max(1, abs(other)), "\(name(settings))")
      }
    }
  }

  @Test("may be stopped between the parts of a fit and between blocks of images, and begun again")
  func stops() throws {
    var parts: [String: Int] = [:]
    for settings in kinds {
      let detector = settings.detector(image: color)
      try detector.begin(epoch: 1, on: images(90))
      while case .part = try detector.advance() { parts[name(settings), default: 0] += 1 }
      // Given up, and begun again on others.
      try detector.begin(epoch: 1, on: images(60))
      _ = try detector.advance()
      try detector.train(epoch: 1, on: images(60))
      let undisturbed = try scores(settings, images(60), images(2100))
      let scoring = detector.scoring(of: images(2100), batchNorm: .running, batchSize: 7)
      #expect(scoring.finish() == 2, "\(name(settings))")
      #expect(scoring.scores == undisturbed, "\(name(settings))")
    }
    // Five folds, twice; ten trees, eight to a part, twice.
    #expect(parts == ["kde": 8, "isolation-forest": 2])
  }

  @Test("find images of another kind anomalous")
  func separation() throws {
    let random = images(300)
    var (even, uneven): ([UInt8], [UInt8]) = ([], [])
    for (index, byte) in random.store.bytes.enumerated() {
      even.append(UInt8(100 + Int(byte) / 8 + index % 90 / 3))
      if index < 40 * 90 { uneven.append(UInt8(60 + Int(byte) / 2 + index % 90 / 3)) }
    }
    let normal = selection(even, shape: color)
    let noisier = selection(uneven, shape: color)
    for settings in kinds {
      let detector = settings.detector(image: color)
      try detector.train(epoch: 1, on: normal)
      let usual = try detector.headline(normal, settings)
      let unusual = try detector.headline(noisier, settings)
      let usualMean = usual.reduce(0, +) / Double(usual.count)
      let unusualMean = unusual.reduce(0, +) / Double(unusual.count)
      #expect(unusualMean > usualMean, "\(name(settings))")
    }
  }

  @Test("draw with the seed alone: the subsample, the trees")
  func seeds() throws {
    for settings in kinds where ["oc-svm", "isolation-forest"].contains(name(settings)) {
      let first = try scores(settings, images(200), images(30, from: 300), seed: 1)
      #expect(try scores(settings, images(200), images(30, from: 300), seed: 1) == first)
      #expect(try scores(settings, images(200), images(30, from: 300), seed: 2) != first)
    }
  }
}

@Suite("Weights of classical detectors")
struct ClassicalWeightsTests {
  private let comparing = ["knn", "kde"]

  @Test("give the same scores to a detector that was never fitted")
  func roundTrip() throws {
    for settings in kinds where !comparing.contains(name(settings)) {
      let fitted = settings.detector(image: color)
      #expect(fitted.weights.isEmpty)
      try fitted.train(epoch: 1, on: images(120))
      let loaded = settings.detector(seed: 9, image: color)
      try loaded.load(weights: fitted.weights)
      #expect(loaded.weights == fitted.weights, "\(name(settings))")
      let test = images(50, from: 200)
      let expected = fitted.score(test, batchNorm: .running, batchSize: 64)
      #expect(loaded.score(test, batchNorm: .running, batchSize: 64) == expected, "\(name(settings))")
    }
  }

  @Test("of those that compare with the training images are refused, with the reason")
  func withoutImages() throws {
    for settings in kinds where comparing.contains(name(settings)) {
      let detector = settings.detector(image: color)
      try detector.train(epoch: 1, on: images(60))
      expectProblem(.badData, "'\(name(settings))' compares with its training images") {
        try settings.detector(image: color).load(weights: detector.weights)
      }
    }
  }

  @Test(
    "that miss a tensor, or hold an unknown one, one of another shape or a number that is none, are refused by name"
  )
  func refusals() throws {
    for settings in kinds where !comparing.contains(name(settings)) {
      let detector = settings.detector(image: color)
      try detector.train(epoch: 1, on: images(60))
      let weights = detector.weights
      expectProblem(.badData, "foreign: this detector has no such tensor") {
        let foreign = NamedTensor(name: "foreign", shape: [1], values: [0])
        try settings.detector(image: color).load(weights: weights + [foreign])
      }
      for (index, tensor) in weights.enumerated() {
        func load(_ changed: NamedTensor?) throws {
          var others = weights
          others.remove(at: index)
          try settings.detector(image: color).load(weights: others + [changed].compactMap { $0 })
        }
        expectProblem(.badData, tensor.name) { try load(nil) }
        expectProblem(.badData, tensor.name) {
          try load(NamedTensor(name: tensor.name, shape: tensor.shape + [2], values: tensor.values))
        }
        expectProblem(.badData, tensor.name) {
          try load(
            NamedTensor(name: tensor.name, shape: tensor.shape, values: tensor.values.map { _ in .nan }))
        }
      }
    }
  }

  @Test("of a forest whose paths would never end are refused")
  func endlessPaths() throws {
    let settings = IsolationForestSettings()
    let forest = settings.detector(image: color)
    try forest.train(epoch: 1, on: images(60))
    let weights = forest.weights.map { tensor in
      tensor.name == "nodes.below"
        ? NamedTensor(name: tensor.name, shape: tensor.shape, values: tensor.values.map { min($0, 1) })
        : tensor
    }
    expectProblem(.badData, "is not a tree") {
      try settings.detector(image: color).load(weights: weights)
    }
  }
}

@Suite("Classical detectors on images that allow little")
struct DegenerateImagesTests {
  private func constant(_ byte: UInt8, _ count: Int) -> ImageSelection {
    selection([UInt8](repeating: byte, count: count * 64))
  }

  @Test("of which all are equal: no principal components, as a problem; finite scores from the others")
  func equal() throws {
    for settings in kinds {
      let detector = settings.detector()
      let usesComponents =
        settings is PCASettings || settings is MahalanobisSettings
        || (settings as? any ComponentDetectorRecord).map { $0.principalShare > 0 } == true
      if usesComponents {
        expectProblem(.runFailed, "all samples are equal") {
          try detector.train(epoch: 1, on: constant(9, 20))
        }
      } else {
        try detector.train(epoch: 1, on: constant(9, 20))
        let found = detector.score(
          selection([UInt8](repeating: 9, count: 64) + (0..<64).map { UInt8($0 * 3) }), batchNorm: .running,
          batchSize: 64)
        for values in found.byName.values {
          #expect(areFinite(values), "\(name(settings)): \(values)")
          #expect(values[0] <= values[1], "\(name(settings)): \(values)")
        }
      }
    }
  }

  @Test("fewer than a detector needs: a problem that says how many, and what to change")
  func few() throws {
    let neighbors = NearestNeighborsSettings()
    expectProblem(.runFailed, "4 training images are too few: 5 are needed") {
      try neighbors.detector().train(epoch: 1, on: constant(9, 4))
    }
    #expect(neighbors.smallestTrainingSet == (5, "neighbours"))
    let density = KernelDensitySettings()
    expectProblem(.runFailed, "smaller `folds`") {
      try density.detector().train(epoch: 1, on: constant(9, 4))
    }
    for settings in kinds {
      expectProblem(.runFailed, "1 training images are too few") {
        try settings.detector().train(epoch: 1, on: constant(9, 1))
      }
      let smallest = settings.smallestTrainingSet.count
      let found = try scores(settings, images(smallest), images(3, from: 200))
      for values in found.byName.values { #expect(areFinite(values), "\(name(settings))") }
    }
  }

  @Test("of too many pixels for principal components: a problem that says the limit")
  func tooLarge() throws {
    struct Endless: RowSource {
      let count = PrincipalAxes.largestMatrix + 1
      let dimension = PrincipalAxes.largestMatrix + 1

      func write(rows: Range<Int>, columns: Range<Int>, to destination: inout MutableSpan<Float>) {}
    }
    expectProblem(.runFailed, "must be at most 12288") {
      _ = try PrincipalAxes(of: Endless(), varianceShare: 0.5, context: ComputeContext(threads: 1))
    }
  }

  @Test("PCA rebuilds what lies among its components, in bytes, also of contrast-normalized images")
  func reconstruction() throws {
    for preprocessing in Preprocessing.allCases {
      var settings = PCASettings()
      settings.preprocessing = preprocessing
      settings.variance = 1
      let detector = try #require(settings.detector(image: color) as? any Reconstructing)
      let train = images(200)
      try detector.train(epoch: 1, on: train)
      #expect(detector.reconstruct(train).bytes == train.store.bytes)
    }
  }
}
