import Images
import Kernels
import NeuralNetworks
import Settings
import TestSupport
import Testing

@testable import Detectors

@Suite("EGBAD")
struct EGBADTests {
  private let context = ComputeContext(threads: 1)

  /// A detector with the fixture's settings and weights, before its step.
  private func detector(_ fixture: AdversarialFixture, learningRate: Double? = nil) throws -> EGBAD {
    var settings = EGBADSettings()
    settings.latentSize = try fixture.integer("latent_size")
    settings.width = try fixture.integer("width")
    settings.batchSize = try fixture.integer("images")
    settings.learningRate = try learningRate ?? fixture.number("learning_rate")
    settings.movingAverage = try fixture.number("moving_average")
    settings.featureWeight = try fixture.number("feature_weight")
    let side = try fixture.integer("side")
    let image = ImageShape(channels: try fixture.integer("channels"), height: side, width: side)
    let detector = EGBAD(image: image, settings: settings, seed: 0, context: context)
    let trainer = detector.trainer
    for network in [trainer.encoder, trainer.generator, trainer.discriminator] {
      try fixture.loadWeights(into: network.trained)
      network.average.weights.parameters.copy(from: network.weights.parameters)
    }
    return detector
  }

  /// Loads images, noise and masks of one half of the step.
  private func load(_ half: String, _ fixture: AdversarialFixture, into trainer: EGBADTrainer, images: Int)
    throws
  {
    try fixture.load("input/images_\(half)", into: trainer.x, images: images)
    try fixture.load("input/noise_\(half)", into: trainer.z, images: images)
    for (name, pass) in [("real", trainer.realPass), ("fake", trainer.fakePass)] {
      let dropout = try #require(pass.dropout)
      let masks = "masks_\(half)_step/\(name)/discriminator"
      try fixture.load("\(masks).image1", into: dropout.image.mask, images: images)
      try fixture.load("\(masks).joint", into: dropout.features.mask, images: images)
      let (first, second) = (try fixture.values("\(masks).image2"), try fixture.values("\(masks).latent"))
      let (firstCount, secondCount) = (first.count / images, second.count / images)
      var joined: [Double] = []
      for image in 0..<images {
        joined += first[image * firstCount..<(image + 1) * firstCount]
        joined += second[image * secondCount..<(image + 1) * secondCount]
      }
      fixture.load(joined, into: dropout.joined.mask, images: images)
    }
  }

  /// Both halves of the fixture's step.
  private func takeStep(_ detector: EGBAD, _ fixture: AdversarialFixture) throws -> EGBADLosses {
    let images = try fixture.integer("images")
    detector.trainer.layout = BatchLayout(images: images, padsSmallBatches: true)
    var measures = EGBADMeasures()
    try load("discriminator", fixture, into: detector.trainer, images: images)
    detector.trainer.trainDiscriminator(&measures)
    try load("generator", fixture, into: detector.trainer, images: images)
    detector.trainer.trainGenerator(&measures)
    return detector.trainer.losses(measures)
  }

  @Test(
    "a step's losses, gradients, updates and averages are those of PyTorch, and so are the scores after it")
  func step() throws {
    let fixture = try AdversarialFixture("egbad")
    let detector = try detector(fixture)
    let losses = try takeStep(detector, fixture)
    try fixture.expectLosses(EGBADLosses.names, losses.values)
    let trainer = detector.trainer
    for network in [trainer.encoder, trainer.generator, trainer.discriminator] {
      try fixture.expectStep(of: network.trained)
      try fixture.expectAverage(of: network)
    }

    let images = try fixture.integer("images")
    let evaluator = detector.modelEvaluator(batchSize: images)
    let values = try fixture.values("input/images_generator").map(Float.init)
    evaluator.load(imageMajor: values, images: images, batchNorm: .running)
    let combined = try #require(evaluator.evaluate().byName[AdversarialScores.combined])
    try fixture.expectScores(
      evaluator.values(evaluator.reconstruction, detector.image.count).map(Double.init), "reconstruction")
    try fixture.expectScores(evaluator.imageDistances, "l1")
    try fixture.expectScores(evaluator.featureDistances, "feature")
    try fixture.expectScores(combined.map(Double.init), "score")
  }

  @Test("finite differences confirm the gradients of all three losses")
  func finiteDifferences() throws {
    let fixture = try AdversarialFixture("egbad")
    // So small a rate changes no weight.
    let detector = try detector(fixture, learningRate: 1e-30)
    _ = try takeStep(detector, fixture)
    let trainer = detector.trainer
    for (trained, loss) in [
      (trainer.discriminator, \EGBADLosses.discriminator), (trainer.generator, \.generator),
      (trainer.encoder, \.encoder),
    ] {
      let slope = try slopeAlongGradient(trained.gradients.array, of: trained.weights.parameters, step: 1e-3)
      {
        try takeStep(detector, fixture)[keyPath: loss]
      }
      #expect(abs(slope - 1) < 1e-2, "\(trained.network.name)")
    }
  }

  @Test("at 28×28, the networks have the original's numbers of weights")
  func originalSizes() {
    let model = EGBADModel(
      DetectorSetup(
        image: ImageShape(channels: 1, height: 28, width: 28), settings: EGBADSettings(), seed: 0,
        context: context))
    func weights(_ network: Network) -> Int {
      network.layout.parameters.filter { $0.role == .convolutionWeight }.reduce(0) { $0 + $1.count }
    }
    let generator: Int = 200 * 1024 + 1024 * 6272 + 128 * 64 * 16 + 64 * 16
    let encoder: Int = 9 * 32 + 9 * 32 * 64 + 9 * 64 * 128 + 6272 * 200
    let discriminator: Int = 16 * 64 + 16 * 64 * 64 + 200 * 512 + 3648 * 1024 + 1024
    #expect(weights(model.generator.network) == generator)
    #expect(weights(model.encoder.network) == encoder)
    #expect(weights(model.discriminator.network) == discriminator)
  }
}
