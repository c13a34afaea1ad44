import Kernels
import NeuralNetworks
import Randomness
import Settings

/// The loss terms of an AnoGAN step, all averaged over the batch.
struct AnoGANLosses: Equatable {
  /// BCE(D(x), 1)
  var discriminatorReal = 0.0
  /// BCE(D(G(z)), 0)
  var discriminatorFake = 0.0
  /// The sum of the two: what D minimizes.
  var discriminator = 0.0
  /// BCE(D(G(z)), 1): what G minimizes.
  var generator = 0.0

  static let names = ["discriminator_real", "discriminator_fake", "discriminator", "generator"]

  var values: SIMD8<Double> {
    SIMD8(discriminatorReal, discriminatorFake, discriminator, generator, 0, 0, 0, 0)
  }
}

/// What a step asks its engine to measure: the loss terms but for their sum.
struct AnoGANMeasures {
  var discriminatorReal = Measured.known(0)
  var discriminatorFake = Measured.known(0)
  var generator = Measured.known(0)
}

/// Trains AnoGAN's networks as a GAN (Goodfellow et al. 2014); holds the memory for a step. D trains on images and
/// noise, then G, through the updated D, on new noise.
final class AnoGANTrainer: NetworkTrainer<AnoGANModel>, ModelTrainer {
  static let lossNames = AnoGANLosses.names

  let generator: AveragedNetwork
  let discriminator: AveragedNetwork
  /// The noise z.
  let z: FloatBuffer

  private let generatorPass: Pass
  private let realPass: Pass
  private let fakePass: Pass
  private let logitGradient: FloatBuffer
  private let imageGradient: FloatBuffer
  private let hiddenGradient: FloatBuffer

  init(_ model: AnoGANModel, _ setup: DetectorSetup<AnoGANSettings>) {
    let capacity = setup.settings.batchSize
    let (g, d) = (model.generator.network, model.discriminator.network)
    generator = AveragedNetwork(g, model.generatorAverage, setup)
    discriminator = AveragedNetwork(d, model.discriminatorAverage, setup)
    z = FloatBuffer(images: capacity, perImage: setup.settings.latentSize)
    generatorPass = Pass(of: g, capacity: capacity)
    realPass = Pass(of: d, capacity: capacity)
    fakePass = Pass(of: d, capacity: capacity)
    logitGradient = FloatBuffer(images: capacity, perImage: 1)
    imageGradient = FloatBuffer(images: capacity, perImage: setup.image.count)
    hiddenGradient = FloatBuffer(images: capacity, perImage: model.generator.hiddenCount)
    super.init(model, setup, networks: [g, d])
  }

  var networks: [TrainedNetwork] { [] }
  /// Scoring needs only the averages.
  var auxiliaryNetworks: [TrainedNetwork] { [generator.trained, discriminator.trained] }

  func step(_ batch: TrainingBatch) -> AnoGANMeasures {
    let name = "epoch \(batch.epoch)/step \(batch.step)"
    var measures = AnoGANMeasures()
    load(batch)
    drawNoise("\(name)/discriminator")
    trainDiscriminator(&measures)
    drawNoise("\(name)/generator")
    trainGenerator(&measures)
    return measures
  }

  func result(_ measures: AnoGANMeasures) -> StepResult { StepResult(losses: losses(measures).values) }

  /// Waits for a step's measures and makes its losses of them.
  func losses(_ measures: AnoGANMeasures) -> AnoGANLosses {
    var losses = AnoGANLosses()
    losses.discriminatorReal = engine.value(of: measures.discriminatorReal)
    losses.discriminatorFake = engine.value(of: measures.discriminatorFake)
    losses.discriminator = losses.discriminatorReal + losses.discriminatorFake
    losses.generator = engine.value(of: measures.generator)
    return losses
  }

  /// - Parameter name: names the stream; never reused.
  private func drawNoise(_ name: String) {
    var stream = RandomStream(seed: setup.seed, name: "noise/\(name)")
    LatentNoise.draw(z, layout: layout, count: settings.latentSize, from: &stream)
  }

  /// D's half of a step, on `x` and `z`: minimizes BCE(D(x), 1) + BCE(D(G(z)), 0).
  func trainDiscriminator(_ measures: inout AnoGANMeasures) {
    generate()
    for (pass, images) in [(realPass, x), (fakePass, fake)] {
      forward(discriminator.trained, images, pass)
      discriminator.trained.updateRunningStatistics(from: pass, engine: engine)
    }
    measures.discriminatorReal = loss(realPass, target: 1)
    measures.discriminatorFake = loss(fakePass, target: 0)

    discriminator.gradients.fill(with: 0)
    for (pass, target) in [(realPass, 1.0), (fakePass, 0.0)] {
      backward(pass, target: target, accumulates: true, to: nil)
    }
    discriminator.step(engine: engine)
  }

  /// G's half of a step, on `z`: minimizes BCE(D(G(z)), 1).
  func trainGenerator(_ measures: inout AnoGANMeasures) {
    generate()
    generator.trained.updateRunningStatistics(from: generatorPass, engine: engine)
    forward(discriminator.trained, fake, fakePass)
    measures.generator = loss(fakePass, target: 1)

    generator.gradients.fill(with: 0)
    backward(fakePass, target: 1, accumulates: false, to: imageGradient)
    model.generator.backward(
      imageGradient, hiddenGradient: hiddenGradient, weights: generator.weights, pass: generatorPass,
      parameterGradients: generator.gradients, latentGradient: nil, workspace: workspace, engine: engine)
    generator.step(engine: engine)
  }

  private var fake: FloatBuffer { model.generator.image(generatorPass) }

  private func generate() {
    model.generator.forward(
      z, layout: layout, weights: generator.weights, mode: .batchStatistics, pass: generatorPass,
      engine: engine)
  }

  private func loss(_ pass: Pass, target: Double) -> Measured {
    engine.crossEntropy(.logits(model.discriminator.logits(pass)), count: pass.layout.images, target: target)
  }

  /// The gradient of BCE(D, target).
  private func backward(_ pass: Pass, target: Double, accumulates: Bool, to imageGradient: FloatBuffer?) {
    logitGradient.fill(with: 0)
    engine.crossEntropyGradient(
      logitGradient, .logits(model.discriminator.logits(pass)), count: pass.layout.images, target: target,
      factor: 1)
    backward(discriminator.trained, logitGradient, pass, accumulates: accumulates, to: imageGradient)
  }
}
