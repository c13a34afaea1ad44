import Diagnostics
import Images
import Kernels
import Settings
import Testing

@testable import Detectors

/// What holds for every detector of this folder that is trained by passes.
@Suite("Reconstruction detectors in training")
struct TrainedDetectorTests {
  enum Case: String, CaseIterable, Sendable {
    case bernoulliVAE, gaussianVAE, autoencoder, oneClassSVDD, softBoundarySVDD

    func make(threads: Int = 1, seed: UInt64 = 3, latentSize: Int = 16) -> any Resumable {
      let image = ImageShape(channels: 1, height: 32, width: 32)
      let context = ComputeContext(threads: threads)
      switch self {
      case .bernoulliVAE, .gaussianVAE:
        var settings = VAESettings()
        (settings.latentSize, settings.hiddenSize, settings.batchSize, settings.draws) = (latentSize, 9, 8, 2)
        settings.likelihood = self == .gaussianVAE ? .gaussian : .bernoulli
        return VAE(image: image, settings: settings, seed: seed, context: context)
      case .autoencoder:
        var settings = AutoencoderSettings()
        (settings.latentSize, settings.batchSize, settings.lowerRateAfter) = (latentSize, 8, 1)
        return Autoencoder(image: image, settings: settings, seed: seed, context: context)
      case .oneClassSVDD, .softBoundarySVDD:
        var settings = DeepSVDDSettings()
        (settings.latentSize, settings.batchSize, settings.pretrainingEpochs) = (latentSize, 8, 2)
        (settings.warmUp, settings.lowerRateAfter) = (1, 1)
        settings.objective = self == .softBoundarySVDD ? .softBoundary : .oneClass
        return DeepSVDD(image: image, settings: settings, seed: seed, context: context)
      }
    }
  }

  /// Three steps a pass, the last one on four images.
  private let images = ImageSelection(blobs(20), indices: Array(0..<20), scale: .symmetric)

  private func finish(_ detector: any Resumable, from epoch: Int = 1) throws -> [EpochReport] {
    try (epoch...2).map { try detector.train(epoch: $0, on: images) }
  }

  @Test(
    "continue in another process to the same bits, whatever the step they were stopped at",
    arguments: Case.allCases)
  func resume(_ example: Case) throws {
    let undisturbed = example.make()
    let reports = try finish(undisturbed)
    let scores = undisturbed.score(images, batchNorm: .running, batchSize: 64)
    let steps = example == .oneClassSVDD || example == .softBoundarySVDD ? 12 : 6
    for stop in 1...steps {
      let stopped = example.make()
      let epoch = try stopped.train(steps: stop, on: images)
      let continued = example.make(threads: 2, seed: 3)
      try continued.restore(stopped.state)
      #expect(continued.state == stopped.state)
      #expect(try finish(continued, from: epoch) == Array(reports[(epoch - 1)...]))
      #expect(continued.state == undisturbed.state)
      #expect(continued.score(images, batchNorm: .running, batchSize: 64) == scores)
    }
  }

  @Test("threads change no bit of state and scores; a seed does", arguments: Case.allCases)
  func determinism(_ example: Case) throws {
    func trained(threads: Int, seed: UInt64 = 3) throws -> any Resumable {
      let detector = example.make(threads: threads, seed: seed)
      _ = try finish(detector)
      return detector
    }
    let one = try trained(threads: 1)
    for threads in 2...3 {
      let other = try trained(threads: threads)
      #expect(one.state == other.state)
      #expect(
        one.score(images, batchNorm: .running, batchSize: 7)
          == other.score(images, batchNorm: .running, batchSize: 7))
    }
    #expect(one.weights != (try trained(threads: 1, seed: 4)).weights)
  }

  @Test(
    "weights load into another detector, which then scores the same; wrong ones are refused",
    arguments: Case.allCases)
  func loading(_ example: Case) throws {
    let trained = example.make()
    _ = try finish(trained)
    let fresh = example.make()
    try fresh.load(weights: trained.weights)
    #expect(fresh.weights == trained.weights)
    #expect(
      fresh.score(images, batchNorm: .running, batchSize: 9)
        == trained.score(images, batchNorm: .running, batchSize: 9))
    let other = example.make(latentSize: 32)
    let before = other.weights
    #expect(throws: Problem.self) { try other.load(weights: trained.weights) }
    for index in trained.weights.indices {
      var weights = trained.weights
      weights.remove(at: index)
      #expect(throws: Problem.self) { try other.load(weights: weights) }
    }
    #expect(other.weights == before)
  }

  @Test("a state that lacks something is refused, and nothing changes", arguments: Case.allCases)
  func refusals(_ example: Case) throws {
    let trained = example.make()
    try trained.train(epoch: 1, on: images)
    let good = trained.state
    let fresh = example.make()
    let before = fresh.state
    for index in good.tensors.indices {
      var bad = good
      bad.tensors.remove(at: index)
      #expect(throws: Problem.self) { try fresh.restore(bad) }
    }
    for name in good.counts.keys {
      var bad = good
      bad.counts[name] = nil
      #expect(throws: Problem.self) { try fresh.restore(bad) }
    }
    for name in good.sums.keys {
      var bad = good
      bad.sums[name] = nil
      #expect(throws: Problem.self) { try fresh.restore(bad) }
    }
    #expect(fresh.state == before)
    try fresh.restore(good)
    #expect(fresh.state == good)
  }

  @Test("scores come under the names that the settings give, one for each image", arguments: Case.allCases)
  func names(_ example: Case) throws {
    let detector = example.make()
    try detector.train(epoch: 1, on: images)
    let record: any DetectorRecord =
      switch example {
      case .bernoulliVAE, .gaussianVAE: VAESettings()
      case .autoencoder: AutoencoderSettings()
      case .oneClassSVDD, .softBoundarySVDD: DeepSVDDSettings()
      }
    let scores = detector.score(images, batchNorm: .running, batchSize: 6)
    #expect(Set(scores.byName.keys) == Set(record.scoreNames(ProtocolSettings())))
    for values in scores.byName.values { #expect(values.count == 20 && values.allSatisfy(\.isFinite)) }
  }

  @Test("training that diverges fails, naming the loss")
  func divergence() throws {
    var settings = AutoencoderSettings()
    (settings.learningRate, settings.batchSize) = (1e30, 8)
    let detector = Autoencoder(
      image: images.store.shape, settings: settings, seed: 0, context: ComputeContext(threads: 1))
    let failure = #expect(throws: TrainingFailure.self) {
      for epoch in 1...9 { try detector.train(epoch: epoch, on: images) }
    }
    #expect(failure?.kind == .diverged)
    #expect(failure?.cause.contains("the reconstruction loss is") == true)
  }
}
