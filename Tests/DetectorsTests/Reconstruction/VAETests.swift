import Images
import Kernels
import NeuralNetworks
import Settings
import TestSupport
import Testing

@testable import Detectors

@Suite("Variational autoencoder")
struct VAETests {
  private let context = ComputeContext(threads: 1)

  private func detector(
    seed: UInt64 = 0, _ change: (inout VAESettings) -> Void = { _ in }
  ) -> VAE {
    var settings = VAESettings()
    (settings.latentSize, settings.hiddenSize, settings.batchSize, settings.draws) = (5, 16, 8, 3)
    change(&settings)
    return VAE(
      image: ImageShape(channels: 1, height: 32, width: 32), settings: settings, seed: seed, context: context)
  }

  private func selection(_ indices: [Int]) -> ImageSelection {
    ImageSelection(blobs(64), indices: indices, scale: .symmetric)
  }

  @Test(
    "loss terms and all gradients agree with PyTorch's autograd",
    arguments: [PixelLikelihood.bernoulli, .gaussian])
  func autograd(likelihood: PixelLikelihood) throws {
    let golden = try ReconstructionFixture("vae_\(likelihood.rawValue)")
    var settings = VAESettings()
    (settings.likelihood, settings.latentSize, settings.hiddenSize) = (likelihood, 3, 5)
    settings.varianceFloor = 0.05
    let layout = BatchLayout(images: 4, padsSmallBatches: true)
    settings.batchSize = 4
    let setup = DetectorSetup(
      image: ImageShape(channels: 1, height: 2, width: 3), settings: settings, seed: 0, context: context)
    let parts = VAEModel(setup).networks
    let step = VAETrainer(VAEModel(setup), setup)
    step.layout = layout
    try golden.load(into: step.trained.weights, of: parts.network)
    try golden.load("x", into: step.x, layout: layout)
    try golden.load("noise", into: step.noise, layout: layout)
    let losses = step.optimize()
    let (reconstruction, divergence) = (
      try golden.truth("reconstruction")[0], try golden.truth("divergence")[0]
    )
    #expect(abs(losses.reconstruction / reconstruction - 1) < 1e-6)
    #expect(abs(losses.divergence / divergence - 1) < 1e-6)
    #expect(abs(losses.negativeELBO / (reconstruction + divergence) - 1) < 1e-6)
    try golden.expectGradients(of: step.trained, within: 1e-5)
    let logLikelihoods = parts.pixels.logLikelihoods(step.x, step.decoded, layout: layout)
    #expect(relativeMaximumError(logLikelihoods, try golden.truth("log_likelihoods")) < 1e-6)
    let divergences = parts.latent.divergences(step.encoded, layout: layout)
    #expect(relativeMaximumError(divergences, try golden.truth("divergences")) < 1e-6)
  }

  @Test("a score belongs to its image, whatever the others, their order and the batch")
  func scoresOfImages() throws {
    let detector = detector()
    try detector.train(epoch: 1, on: selection(Array(0..<30)))
    let all = detector.score(selection(Array(0..<20)), batchNorm: .running, batchSize: 20)
    let some = detector.score(selection([17, 3, 11]), batchNorm: .running, batchSize: 2)
    for name in [VAEScore.reconstructionProbability, .negativeELBO] {
      let (a, b) = (try #require(all.byName[name.rawValue]), try #require(some.byName[name.rawValue]))
      for (score, index) in zip(b, [17, 3, 11]) { #expect(abs(score - a[index]) < 1e-4 * abs(a[index])) }
    }
  }

  @Test("the negative ELBO is the reconstruction probability and a divergence, which is not negative")
  func bound() throws {
    let detector = detector { $0.likelihood = .gaussian }
    try detector.train(epoch: 1, on: selection(Array(0..<30)))
    let scores = detector.score(selection(Array(0..<20)), batchNorm: .running, batchSize: 7).byName
    let probability = try #require(scores["reconstruction-probability"])
    let bound = try #require(scores["negative-elbo"])
    #expect(probability.count == 20 && probability.allSatisfy { $0.isFinite })
    for (a, b) in zip(probability, bound) { #expect(b >= a) }
    #expect(probability != bound)
  }

  @Test("more draws bring scores with different noise together")
  func draws() throws {
    /// The largest difference between the scores under two seeds, with the same weights.
    func spread(_ draws: Int) throws -> Float {
      let (one, other) = (detector { $0.draws = draws }, detector(seed: 9) { $0.draws = draws })
      try other.load(weights: one.weights)
      let scores = [one, other].map {
        $0.score(selection(Array(0..<16)), batchNorm: .running, batchSize: 16)
          .byName["reconstruction-probability"] ?? []
      }
      return zip(scores[0], scores[1]).map { abs($0 - $1) }.max() ?? .nan
    }
    let (few, many) = (try spread(1), try spread(400))
    #expect(few > 0 && many < few / 4)
  }

  @Test(
    "training brings −ELBO down, and noise then scores higher than what was trained on",
    arguments: [PixelLikelihood.bernoulli, .gaussian])
  func learning(likelihood: PixelLikelihood) throws {
    let detector = detector {
      $0.likelihood = likelihood
      $0.learningRate = 5e-3
    }
    let images = selection(Array(0..<64))
    let losses = try (1...15).map { epoch in
      try detector.train(epoch: epoch, on: images).losses.last?.value ?? .nan
    }
    #expect(losses[14] < losses[0] - 0.1 * abs(losses[0]))
    let noise = ImageSelection(
      ImageStore(
        shape: detector.image, bytes: (0..<1024).map { UInt8(truncatingIfNeeded: $0 * 7919 ^ $0 << 3) }),
      indices: [0], scale: .symmetric)
    func scores(_ images: ImageSelection) throws -> [Float] {
      try #require(
        detector.score(images, batchNorm: .running, batchSize: 64).byName["reconstruction-probability"])
    }
    let highest = try #require(try scores(images).max())
    #expect(try scores(noise)[0] > highest)
  }

  @Test("a trained network rebuilds what it has seen more closely than an untrained one")
  func reconstruction() throws {
    let detector = detector { $0.learningRate = 5e-3 }
    let images = selection(Array(0..<16))
    func error() -> Int {
      zip(detector.reconstruct(images).bytes, images.store.bytes).reduce(0) {
        $0 + abs(Int($1.0) - Int($1.1))
      }
    }
    let before = error()
    for epoch in 1...20 { try detector.train(epoch: epoch, on: images) }
    #expect(error() < before / 2)
  }
}
