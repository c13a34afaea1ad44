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
    let step = detector.step
    for (trained, average) in [
      (step.generator, step.generatorAverage), (step.discriminator, step.discriminatorAverage),
    ] {
      try fixture.loadWeights(into: trained)
      average.weights.parameters.copy(from: trained.weights.parameters)
    }
    return detector
  }

  /// Both halves of the fixture's step.
  private func takeStep(_ detector: AnoGAN, _ fixture: AdversarialFixture) throws -> AnoGANLosses {
    let images = try fixture.integer("images")
    let layout = BatchLayout(images: images, padsSmallBatches: true)
    var losses = AnoGANLosses()
    try fixture.load("input/images", into: detector.step.images, images: images)
    try fixture.load("input/noise_discriminator", into: detector.step.noise, images: images)
    detector.step.trainDiscriminator(layout, &losses)
    try fixture.load("input/noise_generator", into: detector.step.noise, images: images)
    detector.step.trainGenerator(layout, &losses)
    return losses
  }

  @Test("a training step's losses, gradients, updates and averages are those of PyTorch")
  func step() throws {
    let fixture = try AdversarialFixture("anogan")
    let detector = try detector(fixture)
    try fixture.expectLosses(AnoGANLosses.names, try takeStep(detector, fixture).values)
    let step = detector.step
    for (trained, average) in [
      (step.generator, step.generatorAverage), (step.discriminator, step.discriminatorAverage),
    ] {
      try fixture.expectStep(of: trained)
      try fixture.expect(
        average.weights.parameters, trained.network.layout.parameters, of: trained.network, like: "average",
        within: 2e-5)
    }
  }

  /// The search for the fixture's images from the fixture's z.
  private func search(_ detector: AnoGAN, _ fixture: AdversarialFixture, steps: Int) throws -> LatentSearch {
    let images = try fixture.integer("images")
    var settings = detector.settings
    settings.steps = steps
    let search = LatentSearch(detector.step, settings: settings, capacity: images, context: context)
    search.layout = BatchLayout(images: images, padsSmallBatches: true)
    try fixture.load("input/images", into: search.batch, images: images)
    try fixture.load("input/noise_score", into: search.latent, images: images)
    return search
  }

  @Test("the gradient of z, Adam's steps on it and the scores that they lead to are those of PyTorch")
  func latentSearch() throws {
    let fixture = try AdversarialFixture("anogan")
    let detector = try detector(fixture)
    _ = try takeStep(detector, fixture)
    func imageMajor(_ buffer: FloatBuffer, _ search: LatentSearch) -> [Double] {
      ActivationLayout.imageMajor(buffer.pointer, layout: search.layout, count: detector.settings.latentSize)
        .map(Double.init)
    }
    let first = try search(detector, fixture, steps: 1)
    first.run {}
    try fixture.expectScores(imageMajor(first.latentGradient, first), "latent_gradient")
    let search = try search(detector, fixture, steps: detector.settings.steps)
    search.run {}
    try fixture.expectScores(imageMajor(search.latent, search), "latent")
    try fixture.expectScores(search.imageDistances, "l1")
    try fixture.expectScores(search.featureDistances, "feature")
    let weight = detector.settings.featureWeight
    let combined = zip(search.imageDistances, search.featureDistances).map { (1 - weight) * $0 + weight * $1 }
    try fixture.expectScores(combined, "score")
  }

  @Test("finite differences confirm the gradients of both losses and of z")
  func finiteDifferences() throws {
    let fixture = try AdversarialFixture("anogan")
    // So small a rate changes no weight.
    let detector = try detector(fixture, learningRate: 1e-30)
    _ = try takeStep(detector, fixture)
    for (trained, loss) in [
      (detector.step.discriminator, \AnoGANLosses.discriminator), (detector.step.generator, \.generator),
    ] {
      let slope = try slopeAlongGradient(trained.gradients.array, of: trained.weights.parameters, step: 2e-4)
      {
        try takeStep(detector, fixture)[keyPath: loss]
      }
      #expect(abs(slope - 1) < 2e-2, "\(trained.network.name)")
    }
    let first = try search(detector, fixture, steps: 1)
    first.run {}
    let still = try search(detector, fixture, steps: 0)
    let slope = slopeAlongGradient(first.latentGradient.array, of: still.latent, step: 2e-4) {
      still.run {}
      let weight = detector.settings.featureWeight
      return zip(still.imageDistances, still.featureDistances)
        .reduce(0) { $0 + (1 - weight) * $1.0 + weight * $1.1 }
    }
    #expect(abs(slope - 1) < 2e-2)
  }

  @Test("more steps on z find images that are more alike, and every step can be the last one")
  func moreSteps() throws {
    struct Stop: Error {}
    let images = ImageSelection(blobs(6), indices: Array(0..<6), scale: PixelScale(.symmetric))
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
    var steps = 0
    #expect(throws: Stop.self) {
      _ = try detector(100).score(images, batchNorm: .running, batchSize: 3) {
        steps += 1
        if steps == 130 { throw Stop() }
      }
    }
    #expect(steps == 130)
  }
}
