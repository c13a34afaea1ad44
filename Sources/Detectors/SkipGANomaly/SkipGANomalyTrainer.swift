import Kernels
import NeuralNetworks
import Settings

/// The loss terms of a Skip-GANomaly step, all averaged over the batch.
struct SkipGANomalyLosses: Equatable {
  /// L_adv: BCE(D(x̂), 1), equation 1.
  var adversarial = 0.0
  /// L_con: the mean of |x − x̂| over all pixels, equation 2.
  var contextual = 0.0
  /// L_lat: the mean of (f(x) − f(x̂))² over batch and features, equation 3.
  var latent = 0.0
  /// The weighted sum of the three: equation 4.
  var generator = 0.0
  /// BCE(D(x), 1) and BCE(D(x̂), 0).
  var discriminatorReal = 0.0
  var discriminatorFake = 0.0
  /// Their sum plus the weighted L_lat, as in the authors' code.
  var discriminator = 0.0

  static let names = [
    "adversarial", "contextual", "latent", "generator", "discriminator_real", "discriminator_fake",
    "discriminator",
  ]

  var values: SIMD8<Double> {
    SIMD8(adversarial, contextual, latent, generator, discriminatorReal, discriminatorFake, discriminator, 0)
  }
}

/// What a step asks its engine to measure, from which its losses are made.
struct SkipGANomalyMeasures {
  /// L_adv, L_con and L_lat.
  var adversarial, contextual, latent: Measured
  /// BCE(D(x), 1) and BCE(D(x̂), 0).
  var discriminatorReal, discriminatorFake: Measured
}

/// Trains Skip-GANomaly; holds the memory for a step.
///
/// The authors' code runs D on x̂ a second time for D's own loss. D's weights have not changed by then, so the numbers
/// are the same and only the running statistics notice. That code also reinitializes D when its loss falls below 1e-5,
/// which the latent term prevents in practice; this trainer does not.
final class SkipGANomalyTrainer: NetworkTrainer<SkipGANomalyModel>, ModelTrainer {
  static let lossNames = SkipGANomalyLosses.names

  let generator: TrainedNetwork
  let discriminator: TrainedNetwork

  private let generatorPass: UNetPass
  private let realPass: Pass
  private let fakePass: Pass
  private let unetBackward: UNetBackward
  private let predictionGradient: FloatBuffer
  private let featureGradient: FloatBuffer
  private let imageGradient: FloatBuffer

  init(_ model: SkipGANomalyModel, _ setup: DetectorSetup<SkipGANomalySettings>) {
    let (settings, capacity) = (setup.settings, setup.settings.batchSize)
    let (g, d) = (model.generator.network, model.discriminator.network)
    generator = TrainedNetwork(g, model.generatorWeights, settings)
    discriminator = TrainedNetwork(d, model.discriminatorWeights, settings)
    generatorPass = UNetPass(of: model.generator, capacity: capacity)
    realPass = Pass(of: d, capacity: capacity)
    fakePass = Pass(of: d, capacity: capacity)
    unetBackward = UNetBackward(model.generator, capacity: capacity)
    predictionGradient = FloatBuffer(images: capacity, perImage: 1)
    featureGradient = FloatBuffer(images: capacity, perImage: settings.latentSize)
    imageGradient = FloatBuffer(images: capacity, perImage: setup.image.count)
    super.init(model, setup, networks: [g, d])
  }

  var networks: [TrainedNetwork] { [generator, discriminator] }

  func step(_ batch: TrainingBatch) -> SkipGANomalyMeasures {
    load(batch)
    return optimize(learningRate: Self.learningRate(epoch: batch.epoch, settings))
  }

  func result(_ measures: SkipGANomalyMeasures) -> StepResult {
    StepResult(losses: losses(measures).values)
  }

  /// The learning rate of an epoch, from 1: constant for `constantEpochs`, then decaying linearly so that it would
  /// reach zero in epoch `constantEpochs` + `decayEpochs` + 1.
  static func learningRate(epoch: Int, _ settings: SkipGANomalySettings) -> Double {
    let late = Double(max(0, epoch - settings.constantEpochs))
    return settings.learningRate * max(0, 1 - late / Double(settings.decayEpochs + 1))
  }

  private var featureDiscriminator: FeatureDiscriminator { model.discriminator }
  private var imageCount: Int { setup.image.count }
  private var featureCount: Int { featureDiscriminator.featureCount }
  private var fake: FloatBuffer { generatorPass.image }

  /// One step on `x`: forward, measures, both gradients, both updates.
  func optimize(learningRate: Double) -> SkipGANomalyMeasures {
    forward()
    let measures = measure()
    computeGeneratorGradients()
    computeDiscriminatorGradients()
    generator.step(learningRate: learningRate, engine: engine)
    discriminator.step(learningRate: learningRate, engine: engine)
    return measures
  }

  /// x̂ = G(x), D(x) and D(x̂), all with batch statistics; updates the running statistics.
  private func forward() {
    generatorPass.forward(
      x, layout: layout, weights: generator.weights, mode: .batchStatistics, engine: engine)
    generator.updateRunningStatistics(from: generatorPass.pass, engine: engine)
    for (pass, images) in [(realPass, x), (fakePass, fake)] {
      featureDiscriminator.forward(
        images, layout: layout, weights: discriminator.weights, mode: .batchStatistics, pass: pass,
        engine: engine)
    }
    for pass in [realPass, fakePass, fakePass] {
      discriminator.updateRunningStatistics(from: pass, engine: engine)
    }
  }

  private func measure() -> SkipGANomalyMeasures {
    let real = Predictions.probabilities(featureDiscriminator.predictions(realPass))
    let fakePrediction = Predictions.probabilities(featureDiscriminator.predictions(fakePass))
    return SkipGANomalyMeasures(
      adversarial: engine.crossEntropy(fakePrediction, count: layout.images, target: 1),
      contextual: engine.meanAbsoluteDifference(fake, x, layout: layout, count: imageCount),
      latent: engine.meanSquaredDifference(
        featureDiscriminator.features(fakePass), featureDiscriminator.features(realPass),
        layout: layout, count: featureCount),
      discriminatorReal: engine.crossEntropy(real, count: layout.images, target: 1),
      discriminatorFake: engine.crossEntropy(fakePrediction, count: layout.images, target: 0))
  }

  /// Waits for a step's measures and makes its losses of them.
  func losses(_ measures: SkipGANomalyMeasures) -> SkipGANomalyLosses {
    var losses = SkipGANomalyLosses()
    losses.adversarial = engine.value(of: measures.adversarial)
    losses.contextual = engine.value(of: measures.contextual)
    losses.latent = engine.value(of: measures.latent)
    losses.generator =
      settings.adversarialWeight * losses.adversarial + settings.contextualWeight * losses.contextual
      + settings.latentWeight * losses.latent
    losses.discriminatorReal = engine.value(of: measures.discriminatorReal)
    losses.discriminatorFake = engine.value(of: measures.discriminatorFake)
    losses.discriminator =
      losses.discriminatorReal + losses.discriminatorFake + settings.latentWeight * losses.latent
    return losses
  }

  /// The gradient of w_adv·BCE(D(x̂), 1) + w_con·L_con + w_lat·L_lat with respect to the generator's parameters.
  private func computeGeneratorGradients() {
    generator.gradients.fill(with: 0)
    backwardDiscriminator(
      fakePass, other: realPass, target: 1, factor: settings.adversarialWeight, accumulates: false,
      to: imageGradient)
    engine.addScaledSign(
      imageGradient, fake, x,
      factor: Float(settings.contextualWeight / Double(imageCount * layout.images)),
      count: layout.count(perImage: imageCount))
    engine.clearPadding(imageGradient, layout: layout, count: imageCount)
    unetBackward(
      imageGradient, of: generatorPass, weights: generator.weights, parameterGradients: generator.gradients,
      workspace: workspace, engine: engine)
  }

  /// The gradient of BCE(D(x), 1) + BCE(D(x̂), 0) + w_lat·L_lat with respect to the discriminator's parameters.
  private func computeDiscriminatorGradients() {
    discriminator.gradients.fill(with: 0)
    backwardDiscriminator(realPass, other: fakePass, target: 1, factor: 1, accumulates: true, to: nil)
    backwardDiscriminator(fakePass, other: realPass, target: 0, factor: 1, accumulates: true, to: nil)
  }

  /// The gradient of factor·BCE(D, target) + w_lat·mean (f − f′)², where f′ are the other pass's features.
  private func backwardDiscriminator(
    _ pass: Pass, other: Pass, target: Double, factor: Double, accumulates: Bool,
    to imageGradient: FloatBuffer?
  ) {
    predictionGradient.fill(with: 0)
    engine.crossEntropyGradient(
      predictionGradient, .probabilities(featureDiscriminator.predictions(pass)), count: layout.images,
      target: target, factor: factor)
    backward(
      discriminator, through: featureDiscriminator.classifier, predictionGradient, pass,
      accumulates: accumulates, to: featureGradient)
    addSquaredDifferenceGradient(
      featureGradient, featureDiscriminator.features(pass), featureDiscriminator.features(other),
      count: featureCount, weight: settings.latentWeight)
    backward(
      discriminator, through: featureDiscriminator.encoder, featureGradient, pass, accumulates: accumulates,
      to: imageGradient)
  }
}
