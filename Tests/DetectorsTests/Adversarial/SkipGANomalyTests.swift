import Images
import Kernels
import NeuralNetworks
import Settings
import TestSupport
import Testing

@testable import Detectors

@Suite("Skip-GANomaly")
struct SkipGANomalyTests {
  private let context = ComputeContext(threads: 1)

  /// A detector with the fixture's settings and weights, before its step.
  private func detector(_ fixture: AdversarialFixture) throws -> SkipGANomaly {
    var settings = SkipGANomalySettings()
    settings.latentSize = try fixture.integer("latent_size")
    settings.width = try fixture.integer("width")
    settings.batchSize = try fixture.integer("images")
    settings.adversarialWeight = try fixture.number("adversarial_weight")
    settings.contextualWeight = try fixture.number("contextual_weight")
    settings.latentWeight = try fixture.number("latent_weight")
    let side = try fixture.integer("side")
    let image = ImageShape(channels: try fixture.integer("channels"), height: side, width: side)
    let detector = SkipGANomaly(image: image, settings: settings, seed: 0, context: context)
    try fixture.loadWeights(into: detector.trainer.generator)
    try fixture.loadWeights(into: detector.trainer.discriminator)
    return detector
  }

  private func takeStep(
    _ detector: SkipGANomaly, _ fixture: AdversarialFixture, learningRate: Double
  ) throws -> SkipGANomalyLosses {
    let images = try fixture.integer("images")
    let values = try fixture.values("input/images").map(Float.init)
    detector.trainer.load(imageMajor: values, images: images)
    return detector.trainer.losses(detector.trainer.optimize(learningRate: learningRate))
  }

  @Test("a step's losses, gradients and updates are those of PyTorch, and so are the scores after it")
  func step() throws {
    let fixture = try AdversarialFixture("skip_ganomaly")
    let detector = try detector(fixture)
    let losses = try takeStep(detector, fixture, learningRate: try fixture.number("learning_rate"))
    try fixture.expectLosses(SkipGANomalyLosses.names, losses.values)
    try fixture.expectStep(of: detector.trainer.generator)
    try fixture.expectStep(of: detector.trainer.discriminator)

    let images = try fixture.integer("images")
    let evaluator = detector.modelEvaluator(batchSize: images)
    let values = try fixture.values("input/images").map(Float.init)
    evaluator.load(imageMajor: values, images: images, batchNorm: .running)
    let combined = try #require(evaluator.evaluate().byName[AdversarialScores.combined])
    try fixture.expectScores(
      evaluator.values(evaluator.reconstruction, detector.image.count).map(Double.init), "reconstruction")
    try fixture.expectScores(evaluator.imageDistances, "squared")
    try fixture.expectScores(evaluator.featureDistances, "feature")
    try fixture.expectScores(combined.map(Double.init), "score")
  }

  @Test("finite differences confirm the gradients of both losses")
  func finiteDifferences() throws {
    let fixture = try AdversarialFixture("skip_ganomaly")
    let detector = try detector(fixture)
    // So small a rate changes no weight.
    func losses() throws -> SkipGANomalyLosses { try takeStep(detector, fixture, learningRate: 1e-30) }
    _ = try losses()
    for (trained, loss) in [
      (detector.trainer.discriminator, \SkipGANomalyLosses.discriminator),
      (detector.trainer.generator, \.generator),
    ] {
      let slope = try slopeAlongGradient(trained.gradients.array, of: trained.weights.parameters, step: 2e-3)
      {
        try losses()[keyPath: loss]
      }
      #expect(abs(slope - 1) < 1e-2, "\(trained.network.name)")
    }
  }

  @Test("the learning rate is whole for 15 epochs, then falls along a line, and never below zero")
  func learningRate() {
    var settings = SkipGANomalySettings()
    settings.learningRate = 1
    for (epoch, rate) in [(1, 1), (15, 1), (16, 1 - 1.0 / 101), (65, 1 - 50.0 / 101), (116, 0), (500, 0)] {
      #expect(abs(SkipGANomalyTrainer.learningRate(epoch: epoch, settings) - rate) < 1e-12, "epoch \(epoch)")
    }
  }

  @Test("at 32×32 with three channels, the U-Net has the original's number of weights")
  func originalSize() {
    let unet = UNet(image: Shape(3, 32, 32), width: 64)
    let weights = unet.network.layout.parameters.filter { $0.role == .convolutionWeight }
    let down = 3 * 64 + 64 * 128 + 128 * 256 + 256 * 512 + 512 * 512
    let up = 512 * 512 + 1024 * 256 + 512 * 128 + 256 * 64 + 128 * 3
    #expect(weights.reduce(0) { $0 + $1.count } == 16 * (down + up))
  }

  @Test("training brings the contextual loss down")
  func learning() throws {
    var settings = SkipGANomalySettings()
    (settings.width, settings.latentSize, settings.batchSize, settings.learningRate) = (4, 6, 8, 2e-3)
    let images = ImageSelection(blobs(64), indices: Array(0..<64), scale: .symmetric)
    let detector = SkipGANomaly(image: images.store.shape, settings: settings, seed: 0, context: context)
    let contextual = try (1...8).map { epoch in
      try detector.train(epoch: epoch, on: images).losses.first { $0.name == "contextual" }?.value
        ?? .nan
    }
    #expect(contextual[7] < 0.5 * contextual[0])
  }
}
