import Images
import Kernels
import NeuralNetworks
import Randomness
import Settings

/// The loss terms of an EGBAD step, all averaged over the batch.
struct EGBADLosses: Equatable {
  /// BCE(D(x, E(x)), 1)
  var discriminatorReal = 0.0
  /// BCE(D(G(z), z), 0)
  var discriminatorFake = 0.0
  /// The sum of the two: what D minimizes.
  var discriminator = 0.0
  /// BCE(D(G(z), z), 1): what G minimizes.
  var generator = 0.0
  /// BCE(D(x, E(x)), 0): what E minimizes.
  var encoder = 0.0

  static let names = ["discriminator_real", "discriminator_fake", "discriminator", "generator", "encoder"]

  var values: SIMD8<Double> {
    SIMD8(discriminatorReal, discriminatorFake, discriminator, generator, encoder, 0, 0, 0)
  }
}

/// What a step asks its engine to measure: the loss terms but for their sum.
struct EGBADMeasures {
  var discriminatorReal = Measured.known(0)
  var discriminatorFake = Measured.known(0)
  var generator = Measured.known(0)
  var encoder = Measured.known(0)
}

/// Trains EGBAD's networks (a BiGAN: Donahue et al. 2017); holds the memory for a step.
///
/// As in the authors' code, a step has two halves: D on one batch of images and noise, then G and E, through the
/// updated D, on another. Every pass draws its own dropout masks. G's running statistics see G(E(x)) as well as G(z),
/// since scoring computes the former.
final class EGBADTrainer: NetworkTrainer<EGBADModel>, ModelTrainer {
  static let lossNames = EGBADLosses.names

  let encoder: AveragedNetwork
  let generator: AveragedNetwork
  let discriminator: AveragedNetwork
  /// The noise z.
  let z: FloatBuffer
  /// D(x, E(x)) and D(G(z), z).
  let realPass: JointPass
  let fakePass: JointPass

  /// Positions in the store, in this epoch's order for G and E.
  private var order: [Int] = []
  private let encoderPass: Pass
  private let generatorPass: Pass
  private let jointBackward: JointBackward
  private let logitGradient: FloatBuffer
  private let imageGradient: FloatBuffer
  private let latentGradient: FloatBuffer
  private let hiddenGradient: FloatBuffer

  init(_ model: EGBADModel, _ setup: DetectorSetup<EGBADSettings>) {
    let (settings, capacity) = (setup.settings, setup.settings.batchSize)
    encoder = AveragedNetwork(model.encoder.network, model.encoderAverage, setup)
    generator = AveragedNetwork(model.generator.network, model.generatorAverage, setup)
    discriminator = AveragedNetwork(model.discriminator.network, model.discriminatorAverage, setup)
    let dropout = Dropout(rate: settings.dropout)
    z = FloatBuffer(images: capacity, perImage: settings.latentSize)
    realPass = JointPass(of: model.discriminator, capacity: capacity, dropout: dropout)
    fakePass = JointPass(of: model.discriminator, capacity: capacity, dropout: dropout)
    encoderPass = Pass(of: encoder.network, capacity: capacity)
    generatorPass = Pass(of: generator.network, capacity: capacity)
    jointBackward = JointBackward(model.discriminator, capacity: capacity)
    logitGradient = FloatBuffer(images: capacity, perImage: 1)
    imageGradient = FloatBuffer(images: capacity, perImage: setup.image.count)
    latentGradient = FloatBuffer(images: capacity, perImage: settings.latentSize)
    hiddenGradient = FloatBuffer(images: capacity, perImage: model.generator.hiddenCount)
    super.init(
      model, setup, networks: [encoder.network, generator.network, discriminator.network])
  }

  var networks: [TrainedNetwork] { [] }
  /// Scoring needs only the averages.
  var auxiliaryNetworks: [TrainedNetwork] { [encoder.trained, generator.trained, discriminator.trained] }

  func begin(epoch: Int, on images: ImageSelection) {
    var stream = RandomStream(seed: setup.seed, name: "batch order/epoch \(epoch)/generator")
    order = stream.nextPermutation(of: images.count).map { images.indices[$0] }
  }

  func step(_ batch: TrainingBatch) -> EGBADMeasures {
    let name = "epoch \(batch.epoch)/step \(batch.step)"
    var measures = EGBADMeasures()
    load(batch)
    draw("\(name)/discriminator")
    trainDiscriminator(&measures)
    let others = order[batches.range(batch.step, of: order.count)]
    batch.images.load(others, into: x, layout: layout, engine: engine)
    draw("\(name)/generator")
    trainGenerator(&measures)
    return measures
  }

  func result(_ measures: EGBADMeasures) -> StepResult { StepResult(losses: losses(measures).values) }

  /// Waits for a step's measures and makes its losses of them.
  func losses(_ measures: EGBADMeasures) -> EGBADLosses {
    var losses = EGBADLosses()
    losses.discriminatorReal = engine.value(of: measures.discriminatorReal)
    losses.discriminatorFake = engine.value(of: measures.discriminatorFake)
    losses.discriminator = losses.discriminatorReal + losses.discriminatorFake
    losses.generator = engine.value(of: measures.generator)
    losses.encoder = engine.value(of: measures.encoder)
    return losses
  }

  private var code: FloatBuffer { model.encoder.latent(encoderPass) }
  private var fake: FloatBuffer { model.generator.image(generatorPass) }

  /// Draws noise and dropout masks.
  ///
  /// - Parameter name: names the streams; never reused.
  private func draw(_ name: String) {
    var stream = RandomStream(seed: setup.seed, name: "noise/\(name)")
    LatentNoise.draw(z, layout: layout, count: settings.latentSize, from: &stream)
    realPass.dropout?.draw(seed: setup.seed, name: "\(name)/real", layout: layout)
    fakePass.dropout?.draw(seed: setup.seed, name: "\(name)/fake", layout: layout)
  }

  /// D's half of a step, on `x` and `z`: minimizes BCE(D(x, E(x)), 1) + BCE(D(G(z), z), 0).
  func trainDiscriminator(_ measures: inout EGBADMeasures) {
    forward(encoder.trained, x, encoderPass)
    generate(from: z)
    discriminate()
    for pass in [realPass, fakePass] {
      discriminator.trained.updateRunningStatistics(from: pass.pass, engine: engine)
    }
    measures.discriminatorReal = loss(realPass, target: 1)
    measures.discriminatorFake = loss(fakePass, target: 0)

    discriminator.gradients.fill(with: 0)
    for (pass, target) in [(realPass, 1.0), (fakePass, 0.0)] {
      backward(
        pass, target: target, parameterGradients: discriminator.gradients, imageGradient: nil,
        latentGradient: nil)
    }
    discriminator.step(engine: engine)
  }

  /// G's and E's half of a step, on `x` and `z`: minimizes BCE(D(G(z), z), 1) and BCE(D(x, E(x)), 0).
  func trainGenerator(_ measures: inout EGBADMeasures) {
    forward(encoder.trained, x, encoderPass)
    encoder.trained.updateRunningStatistics(from: encoderPass, engine: engine)
    for latent in [code, z] {
      generate(from: latent, imageIsWanted: latent === z)
      generator.trained.updateRunningStatistics(from: generatorPass, engine: engine)
    }
    discriminate()
    measures.generator = loss(fakePass, target: 1)
    measures.encoder = loss(realPass, target: 0)

    generator.gradients.fill(with: 0)
    backward(
      fakePass, target: 1, parameterGradients: nil, imageGradient: imageGradient, latentGradient: nil)
    model.generator.backward(
      imageGradient, hiddenGradient: hiddenGradient, weights: generator.weights, pass: generatorPass,
      parameterGradients: generator.gradients, latentGradient: nil, workspace: workspace, engine: engine)

    encoder.gradients.fill(with: 0)
    backward(
      realPass, target: 0, parameterGradients: nil, imageGradient: nil, latentGradient: latentGradient)
    backward(encoder.trained, latentGradient, encoderPass)

    generator.step(engine: engine)
    encoder.step(engine: engine)
  }

  private func generate(from latent: FloatBuffer, imageIsWanted: Bool = true) {
    model.generator.forward(
      latent, layout: layout, weights: generator.weights, mode: .batchStatistics, pass: generatorPass,
      imageIsWanted: imageIsWanted, engine: engine)
  }

  private func discriminate() {
    for (pass, images, latent) in [(realPass, x, code), (fakePass, fake, z)] {
      pass.forward(
        images, latent, layout: layout, weights: discriminator.weights, mode: .batchStatistics,
        engine: engine)
    }
  }

  private func loss(_ pass: JointPass, target: Double) -> Measured {
    engine.crossEntropy(.logits(pass.logits), count: pass.pass.layout.images, target: target)
  }

  /// The gradient of BCE(D, target).
  private func backward(
    _ pass: JointPass, target: Double, parameterGradients: FloatBuffer?, imageGradient: FloatBuffer?,
    latentGradient: FloatBuffer?
  ) {
    logitGradient.fill(with: 0)
    engine.crossEntropyGradient(
      logitGradient, .logits(pass.logits), count: pass.pass.layout.images, target: target, factor: 1)
    jointBackward(
      logitGradient, of: pass, weights: discriminator.weights, parameterGradients: parameterGradients,
      imageGradient: imageGradient, latentGradient: latentGradient, workspace: workspace, engine: engine)
  }
}
