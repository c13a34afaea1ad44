import Diagnostics
import Images
import Kernels
import Settings
import Testing

@testable import Detectors

/// A small detector of each kind that trains two networks against each other.
struct SmallAdversary: Sendable, CustomTestStringConvertible {
  var settings: DetectorSettings

  var testDescription: String { settings.name }

  static func all(width: Int = 2, batchSize: Int = 8) -> [SmallAdversary] {
    var egbad = EGBADSettings()
    (egbad.width, egbad.latentSize, egbad.batchSize) = (width, 6, batchSize)
    egbad.learningRate = 1e-3
    var anogan = AnoGANSettings()
    (anogan.width, anogan.latentSize, anogan.batchSize) = (width, 7, batchSize)
    (anogan.learningRate, anogan.steps) = (1e-3, 3)
    var skip = SkipGANomalySettings()
    (skip.width, skip.latentSize, skip.batchSize) = (width, 6, batchSize)
    (skip.constantEpochs, skip.decayEpochs) = (1, 3)
    let records: [any DetectorRecord] = [egbad, anogan, skip]
    return records.map { SmallAdversary(settings: DetectorSettings($0)) }
  }

  func detector(
    threads: Int = 1, seed: UInt64 = 3, channels: Int = 1, side: Int = 32
  ) throws -> any Resumable {
    let image = ImageShape(channels: channels, height: side, width: side)
    let detector = settings.makeDetector(
      image: image, seed: seed, context: ComputeContext(threads: threads))
    let resumable = detector as? any Resumable
    return try #require(resumable)
  }
}

@Suite("Adversarially trained detectors")
struct AdversarialDetectorTests {
  private func selection(_ count: Int, channels: Int = 1, side: Int = 32) -> ImageSelection {
    ImageSelection(
      blobs(count, channels: channels, side: side), indices: Array(0..<count), scale: .symmetric)
  }

  /// Three epochs of four steps, or what is left of them.
  private func finish(_ detector: any Resumable, from epoch: Int = 1) throws -> [EpochReport] {
    try (epoch...3).map { try detector.train(epoch: $0, on: selection(33)) }
  }

  @Test(
    "training continues in another process to the same bits, in mid-epoch and between two epochs",
    arguments: SmallAdversary.all(), [1, 3, 4, 6])
  func resume(_ adversary: SmallAdversary, stop: Int) throws {
    let undisturbed = try adversary.detector()
    let reports = try finish(undisturbed)
    let stopped = try adversary.detector()
    let epoch = try stopped.train(steps: stop, on: selection(33))
    #expect(stopped.stepsInEpoch == stop - 4 * (epoch - 1))
    let continued = try adversary.detector(threads: 2, seed: 3)
    try continued.restore(stopped.state)
    #expect(continued.state == stopped.state)
    #expect(try finish(continued, from: epoch) == Array(reports[(epoch - 1)...]))
    #expect(continued.state == undisturbed.state)
  }

  @Test(
    "a state that lacks a tensor or a count, or is of other settings, is refused and changes nothing",
    arguments: SmallAdversary.all())
  func refusals(_ adversary: SmallAdversary) throws {
    let trained = try adversary.detector()
    try trained.train(epoch: 1, on: selection(8))
    let good = trained.state
    var bad = try SmallAdversary.all(width: 3).filter { $0.settings.name == adversary.settings.name }
      .map { try $0.detector().state }
    for index in good.tensors.indices {
      bad.append(good)
      bad[bad.count - 1].tensors.remove(at: index)
    }
    for name in good.counts.keys {
      bad.append(good)
      bad[bad.count - 1].counts[name] = nil
    }
    for name in good.sums.keys {
      bad.append(good)
      bad[bad.count - 1].sums[name] = nil
    }
    #expect(bad.count > 30)
    let fresh = try adversary.detector()
    let before = fresh.state
    for state in bad { #expect(throws: Problem.self) { try fresh.restore(state) } }
    #expect(fresh.state == before)
  }

  @Test(
    "weights and scores are the same, bit for bit, with any number of threads; a seed changes them",
    arguments: SmallAdversary.all(width: 16, batchSize: 20))
  func determinism(_ adversary: SmallAdversary) throws {
    func trained(threads: Int, seed: UInt64 = 3) throws -> any Resumable {
      let detector = try adversary.detector(threads: threads, seed: seed)
      for epoch in 1...2 { try detector.train(epoch: epoch, on: selection(60)) }
      return detector
    }
    let one = try trained(threads: 1)
    let scores = one.score(selection(21), batchNorm: .running, batchSize: 64)
    for threads in 2...4 {
      let other = try trained(threads: threads)
      #expect(other.state == one.state)
      #expect(other.score(selection(21), batchNorm: .running, batchSize: 64) == scores)
    }
    #expect(try trained(threads: 1, seed: 4).weights != one.weights)
  }

  @Test(
    "a score depends on the image alone: not on the batch's size, nor on the images beside it",
    arguments: SmallAdversary.all(width: 8))
  func independence(_ adversary: SmallAdversary) throws {
    let detector = try adversary.detector()
    try detector.train(epoch: 1, on: selection(32))
    let images = selection(21)
    let scores = detector.score(images, batchNorm: .running, batchSize: 64)
    #expect(Set(scores.byName.keys) == Set(adversary.settings.record.scoreNames(ProtocolSettings())))
    for (name, values) in scores.byName {
      #expect(values.count == 21 && values.allSatisfy { $0.isFinite && $0 >= 0 }, "\(name)")
      // The blobs repeat after 16.
      #expect(Array(values[16...]) == Array(values[..<5]) && Set(values).count > 12, "\(name)")
    }
    for size in [1, 5, 20] {
      #expect(detector.score(images, batchNorm: .running, batchSize: size) == scores)
    }
    let reversed = ImageSelection(images.store, indices: images.indices.reversed(), scale: images.scale)
    for (name, values) in detector.score(reversed, batchNorm: .running, batchSize: 5).byName {
      #expect(values == scores.byName[name]?.reversed())
    }
  }

  @Test("weights that were taken over score as those that were trained", arguments: SmallAdversary.all())
  func loading(_ adversary: SmallAdversary) throws {
    let trained = try adversary.detector()
    try trained.train(epoch: 1, on: selection(32))
    let fresh = try adversary.detector(seed: 3)
    try fresh.load(weights: trained.weights)
    #expect(fresh.weights == trained.weights)
    let images = selection(5)
    #expect(
      fresh.score(images, batchNorm: .running, batchSize: 5)
        == trained.score(images, batchNorm: .running, batchSize: 5))
    #expect(throws: Problem.self) { try fresh.load(weights: Array(trained.weights.dropLast())) }
  }

  @Test(
    "every legal size trains, scores, rebuilds images and gives features",
    arguments: SmallAdversary.all(width: 1, batchSize: 2),
    [(32, 3), (64, 1), (128, 2), (256, 1)])
  func sizes(_ adversary: SmallAdversary, size: (side: Int, channels: Int)) throws {
    let detector = try adversary.detector(channels: size.channels, side: size.side)
    let images = selection(5, channels: size.channels, side: size.side)
    let report = try detector.train(epoch: 1, on: images)
    #expect(report.images == 4 && report.losses.allSatisfy { $0.value.isFinite })
    for batchNorm in BatchNormStatistics.allCases {
      let scores = detector.score(images, batchNorm: batchNorm, batchSize: 3)
      #expect(scores.byName.values.allSatisfy { $0.count == 5 && $0.allSatisfy { $0.isFinite } })
    }
    if let detector = detector as? any Reconstructing {
      #expect(detector.reconstruct(images).count == 5)
    }
    if let detector = detector as? any FeatureExtracting {
      #expect(detector.features(images).count == 5 * detector.featureCount)
    }
  }

  @Test("fails as diverged when a loss is not finite", arguments: SmallAdversary.all())
  func divergence(_ adversary: SmallAdversary) throws {
    var record = adversary.settings.record
    switch record {
    case var settings as EGBADSettings:
      settings.learningRate = 1e30
      record = settings
    case var settings as AnoGANSettings:
      settings.learningRate = 1e30
      record = settings
    case var settings as SkipGANomalySettings:
      settings.learningRate = 1e30
      record = settings
    default: Issue.record("an unknown detector")
    }
    let detector = try SmallAdversary(settings: DetectorSettings(record)).detector()
    let failure = #expect(throws: TrainingFailure.self) {
      for epoch in 1...9 { try detector.train(epoch: epoch, on: selection(33)) }
    }
    #expect(failure?.kind == .diverged)
  }
}
