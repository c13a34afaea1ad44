import Images
import Kernels
import NeuralNetworks
import Settings
import TestSupport
import Testing

@testable import Detectors

@Suite("AnoGAN")
struct AnoGANTests {
  private let context = ComputeContext(threads: 1)

  /// A detector with the fixture's settings and weights, before its step.
  private func detector(_ fixture: AdversarialFixture, learningRate: Double? = nil) throws -> AnoGAN {
    var settings = AnoGANSettings()
    settings.latentSize = try fixture.integer("latent_size")
    settings.width = try fixture.integer("width")
    settings.batchSize = try fixture.integer("images")
    settings.learningRate = try learningRate ?? fixture.number("learning_rate")
    settings.movingAverage = try fixture.number("moving_average")
    settings.featureWeight = try fixture.number("feature_weight")
    settings.steps = try fixture.integer("steps")
    let side = try fixture.integer("side")
    let image = ImageShape(channels: try fixture.integer("channels"), height: side, width: side)
    let detector = AnoGAN(image: image, settings: settings, seed: 0, context: context)
    for network in [detector.trainer.generator, detector.trainer.discriminator] {
      try fixture.loadWeights(into: network.trained)
      network.average.weights.parameters.copy(from: network.weights.parameters)
    }
    return detector
  }

  /// Both halves of the fixture's step.
  private func takeStep(_ detector: AnoGAN, _ fixture: AdversarialFixture) throws -> AnoGANLosses {
    let images = try fixture.integer("images")
    detector.trainer.layout = BatchLayout(images: images, padsSmallBatches: true)
    var measures = AnoGANMeasures()
    try fixture.load("input/images", into: detector.trainer.x, images: images)
    try fixture.load("input/noise_discriminator", into: detector.trainer.z, images: images)
    detector.trainer.trainDiscriminator(&measures)
    try fixture.load("input/noise_generator", into: detector.trainer.z, images: images)
    detector.trainer.trainGenerator(&measures)
    return detector.trainer.losses(measures)
  }

  @Test("a training step's losses, gradients, updates and averages are those of PyTorch")
  func step() throws {
    let fixture = try AdversarialFixture("anogan")
    let detector = try detector(fixture)
    try fixture.expectLosses(AnoGANLosses.names, try takeStep(detector, fixture).values)
    for network in [detector.trainer.generator, detector.trainer.discriminator] {
      try fixture.expectStep(of: network.trained)
      try fixture.expectAverage(of: network)
    }
  }

  /// An evaluator at the beginning of its search for the fixture's images, from the fixture's z.
  private func search(
    _ detector: AnoGAN, _ fixture: AdversarialFixture, steps: Int
  ) throws -> AnoGANEvaluator {
    let images = try fixture.integer("images")
    var settings = detector.settings
    settings.steps = steps
    let setup = DetectorSetup(image: detector.image, settings: settings, seed: 0, context: context)
    let search = AnoGANEvaluator(detector.model, setup, batchSize: images)
    let values = try fixture.values("input/images").map(Float.init)
    search.load(imageMajor: values, images: images, batchNorm: .running)
    try fixture.load("input/noise_score", into: search.z, images: images)
    search.beginSearch()
    return search
  }

  /// Takes all of Adam's steps.
  private func finish(_ search: AnoGANEvaluator) -> Scores {
    while true { if let scores = search.advance() { return scores } }
  }

  @Test("the gradient of z, Adam's steps on it and the scores that they lead to are those of PyTorch")
  func latentSearch() throws {
    let fixture = try AdversarialFixture("anogan")
    let detector = try detector(fixture)
    _ = try takeStep(detector, fixture)
    func imageMajor(_ buffer: FloatBuffer, _ search: AnoGANEvaluator) -> [Double] {
      search.values(buffer, detector.settings.latentSize).map(Double.init)
    }
    let first = try search(detector, fixture, steps: 1)
    _ = finish(first)
    try fixture.expectScores(imageMajor(first.latentGradient, first), "latent_gradient")
    let search = try search(detector, fixture, steps: detector.settings.steps)
    let scores = finish(search)
    try fixture.expectScores(imageMajor(search.z, search), "latent")
    try fixture.expectScores(search.imageDistances, "l1")
    try fixture.expectScores(search.featureDistances, "feature")
    let combined = try #require(scores.byName[AdversarialScores.combined])
    try fixture.expectScores(combined.map(Double.init), "score")
  }

  @Test("finite differences confirm the gradients of both losses and of z")
  func finiteDifferences() throws {
    let fixture = try AdversarialFixture("anogan")
    // So small a rate changes no weight.
    let detector = try detector(fixture, learningRate: 1e-30)
    _ = try takeStep(detector, fixture)
    for (trained, loss) in [
      (detector.trainer.discriminator, \AnoGANLosses.discriminator),
      (detector.trainer.generator, \.generator),
    ] {
      let slope = try slopeAlongGradient(trained.gradients.array, of: trained.weights.parameters, step: 2e-4)
      {
        try takeStep(detector, fixture)[keyPath: loss]
      }
      #expect(abs(slope - 1) < 2e-2, "\(trained.network.name)")
    }
    let first = try search(detector, fixture, steps: 1)
    _ = finish(first)
    let still = try search(detector, fixture, steps: 1)
    let slope = slopeAlongGradient(first.latentGradient.array, of: still.z, step: 2e-4) {
      _ = still.evaluate()
      let weight = detector.settings.featureWeight
      return zip(still.imageDistances, still.featureDistances)
        .reduce(0) { $0 + (1 - weight) * $1.0 + weight * $1.1 }
    }
    #expect(abs(slope - 1) < 2e-2)
  }

  @Test("more steps on z find images that are more alike, and each is a piece of the scoring")
  func moreSteps() throws {
    let images = ImageSelection(blobs(6), indices: Array(0..<6), scale: .symmetric)
    func detector(_ steps: Int) -> AnoGAN {
      var settings = AnoGANSettings()
      (settings.width, settings.latentSize, settings.batchSize, settings.steps) = (2, 6, 2, steps)
      return AnoGAN(image: images.store.shape, settings: settings, seed: 0, context: context)
    }
    func scores(_ steps: Int) throws -> [Float] {
      try #require(
        detector(steps).score(images, batchNorm: .running, batchSize: 6).byName[AdversarialScores.combined])
    }
    for (few, many) in zip(try scores(1), try scores(100)) { #expect(many < few) }
    let scoring = detector(100).scoring(of: images, batchNorm: .running, batchSize: 3)
    #expect(scoring.finish() == 200, "a piece for each of Adam's steps")
  }
}
