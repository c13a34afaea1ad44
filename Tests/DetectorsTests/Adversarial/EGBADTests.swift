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
    let step = detector.step
    for (trained, average) in [
      (step.encoder, step.averages.encoder), (step.generator, step.averages.generator),
      (step.discriminator, step.averages.discriminator),
    ] {
      try fixture.loadWeights(into: trained)
      average.weights.parameters.copy(from: trained.weights.parameters)
    }
    return detector
  }

  /// Loads images, noise and masks of one half of the step.
  private func load(_ half: String, _ fixture: AdversarialFixture, into step: EGBADStep, images: Int) throws {
    try fixture.load("input/images_\(half)", into: step.images, images: images)
    try fixture.load("input/noise_\(half)", into: step.noise, images: images)
    for (name, pass) in [("real", step.realPass), ("fake", step.fakePass)] {
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
    let layout = BatchLayout(images: images, padsSmallBatches: true)
    var losses = EGBADLosses()
    try load("discriminator", fixture, into: detector.step, images: images)
    detector.step.trainDiscriminator(layout, &losses)
    try load("generator", fixture, into: detector.step, images: images)
    detector.step.trainGenerator(layout, &losses)
    return losses
  }

  @Test(
    "a step's losses, gradients, updates and averages are those of PyTorch, and so are the scores after it")
  func step() throws {
    let fixture = try AdversarialFixture("egbad")
    let detector = try detector(fixture)
    let losses = try takeStep(detector, fixture)
    try fixture.expectLosses(EGBADLosses.names, losses.values)
    let step = detector.step
    for (trained, average) in [
      (step.encoder, step.averages.encoder), (step.generator, step.averages.generator),
      (step.discriminator, step.averages.discriminator),
    ] {
      try fixture.expectStep(of: trained)
      try fixture.expect(
        average.weights.parameters, trained.network.layout.parameters, of: trained.network, like: "average",
        within: 2e-5)
    }

    let images = try fixture.integer("images")
    let scorer = EGBADScorer(step, capacity: images, context: context)
    scorer.layout = BatchLayout(images: images, padsSmallBatches: true)
    try fixture.load("input/images_generator", into: scorer.batch, images: images)
    scorer.forward()
    try fixture.expectScores(
      scorer.values(scorer.reconstruction, detector.image.count).map(Double.init), "reconstruction")
    try fixture.expectScores(scorer.imageDistances, "l1")
    try fixture.expectScores(scorer.featureDistances, "feature")
    var scores = CombinedScores(featureWeight: detector.settings.featureWeight)
    scores.append(reconstruction: scorer.imageDistances, feature: scorer.featureDistances)
    let combined = try #require(scores.scores.byName[AdversarialScores.combined])
    try fixture.expectScores(combined.map(Double.init), "score")
  }

  @Test("finite differences confirm the gradients of all three losses")
  func finiteDifferences() throws {
    let fixture = try AdversarialFixture("egbad")
    // So small a rate changes no weight.
    let detector = try detector(fixture, learningRate: 1e-30)
    _ = try takeStep(detector, fixture)
    let step = detector.step
    for (trained, loss) in [
      (step.discriminator, \EGBADLosses.discriminator), (step.generator, \.generator),
      (step.encoder, \.encoder),
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
    let networks = EGBADNetworks(image: Shape(1, 28, 28), settings: EGBADSettings())
    func weights(_ network: Network) -> Int {
      network.layout.parameters.filter { $0.role == .convolutionWeight }.reduce(0) { $0 + $1.count }
    }
    let generator: Int = 200 * 1024 + 1024 * 6272 + 128 * 64 * 16 + 64 * 16
    let encoder: Int = 9 * 32 + 9 * 32 * 64 + 9 * 64 * 128 + 6272 * 200
    let discriminator: Int = 16 * 64 + 16 * 64 * 64 + 200 * 512 + 3648 * 1024 + 1024
    #expect(weights(networks.generator.network) == generator)
    #expect(weights(networks.encoder) == encoder)
    #expect(weights(networks.discriminator.network) == discriminator)
  }
}
