import Kernels
import NeuralNetworks
import Randomness
import Settings

/// The loss terms of a step of EGBAD, all means over the batch.
struct EGBADLosses: Equatable {
  /// BCE(D(x, E(x)), 1)
  var discriminatorReal = 0.0
  /// BCE(D(G(z), z), 0)
  var discriminatorFake = 0.0
  /// The sum of the two: what D minimises.
  var discriminator = 0.0
  /// BCE(D(G(z), z), 1): what G minimises.
  var generator = 0.0
  /// BCE(D(x, E(x)), 0): what E minimises.
  var encoder = 0.0

  static let names = ["discriminator_real", "discriminator_fake", "discriminator", "generator", "encoder"]

  var values: SIMD8<Double> {
    SIMD8(discriminatorReal, discriminatorFake, discriminator, generator, encoder, 0, 0, 0)
  }
}

/// One optimisation step of EGBAD (a BiGAN: Donahue et al. 2017), and the memory that it works in.
///
/// As in the authors' code, a step is two: D on one batch of images and noise, then G and E, through the updated D, on
/// another one. Dropout draws every pass its own masks. G's running statistics see G(E(x)) besides G(z), since that
/// is what scoring asks of it.
final class EGBADStep {
  let networks: EGBADNetworks
  let encoder: TrainedNetwork
  let generator: TrainedNetwork
  let discriminator: TrainedNetwork
  let averages: EGBADAverages
  /// The batch x and the noise z.
  let images: FloatBuffer
  let noise: FloatBuffer
  /// D(x, E(x)) and D(G(z), z).
  let realPass: JointPass
  let fakePass: JointPass

  private let context: ComputeContext
  private let encoderPass: Pass
  private let generatorPass: Pass
  private let workspace: GradientWorkspace
  private let jointBackward: JointBackward
  private let logitGradient: FloatBuffer
  private let imageGradient: FloatBuffer
  private let latentGradient: FloatBuffer
  private let hiddenGradient: FloatBuffer

  /// Weights are drawn from `seed`.
  init(image: Shape, settings: EGBADSettings, seed: UInt64, context: ComputeContext) {
    let networks = EGBADNetworks(image: image, settings: settings)
    let capacity = settings.batchSize
    func trained(_ network: Network) -> TrainedNetwork {
      let trained = TrainedNetwork(
        network, learningRate: settings.learningRate, beta1: settings.beta1, beta2: settings.beta2)
      trained.weights.draw(for: network, seed: seed, purpose: "initialisation")
      return trained
    }
    func buffer(_ count: Int) -> FloatBuffer {
      FloatBuffer(count: BatchLayout.capacity(images: capacity, perImage: count))
    }
    self.networks = networks
    self.context = context
    encoder = trained(networks.encoder)
    generator = trained(networks.generator.network)
    discriminator = trained(networks.discriminator.network)
    averages = EGBADAverages(
      encoder: MovingAverage(of: encoder, decay: settings.movingAverage),
      generator: MovingAverage(of: generator, decay: settings.movingAverage),
      discriminator: MovingAverage(of: discriminator, decay: settings.movingAverage))
    let dropout = Dropout(rate: settings.dropout)
    realPass = JointPass(of: networks.discriminator, capacity: capacity, dropout: dropout)
    fakePass = JointPass(of: networks.discriminator, capacity: capacity, dropout: dropout)
    encoderPass = Pass(of: networks.encoder, capacity: capacity)
    generatorPass = Pass(of: networks.generator.network, capacity: capacity)
    workspace = GradientWorkspace(
      for: [encoder.network, generator.network, discriminator.network], capacity: capacity)
    jointBackward = JointBackward(networks.discriminator, capacity: capacity)
    images = buffer(image.count)
    noise = buffer(settings.latentSize)
    logitGradient = buffer(1)
    imageGradient = buffer(image.count)
    latentGradient = buffer(settings.latentSize)
    hiddenGradient = buffer(networks.generator.hiddenCount)
  }

  private var code: FloatBuffer { networks.latent(encoderPass) }
  private var fake: FloatBuffer { networks.generator.image(generatorPass) }

  /// Draws noise and dropout masks.
  ///
  /// - Parameter name: names the streams; never the same one twice.
  func draw(seed: UInt64, name: String, layout: BatchLayout) {
    var stream = RandomStream(seed: seed, name: "noise/\(name)")
    LatentNoise.draw(noise, layout: layout, count: networks.generator.network.input.count, from: &stream)
    realPass.dropout?.draw(seed: seed, name: "\(name)/real", layout: layout)
    fakePass.dropout?.draw(seed: seed, name: "\(name)/fake", layout: layout)
  }

  /// D's half of a step, on `images` and `noise`: BCE(D(x, E(x)), 1) + BCE(D(G(z), z), 0).
  func trainDiscriminator(_ layout: BatchLayout, _ losses: inout EGBADLosses) {
    encode(layout)
    generate(from: noise, layout)
    discriminate(layout)
    for pass in [realPass, fakePass] {
      discriminator.network.updateRunningStatistics(of: discriminator.weights, from: pass.pass)
    }
    losses.discriminatorReal = loss(realPass, target: 1)
    losses.discriminatorFake = loss(fakePass, target: 0)
    losses.discriminator = losses.discriminatorReal + losses.discriminatorFake

    discriminator.gradients.fill(with: 0)
    for (pass, target) in [(realPass, 1.0), (fakePass, 0.0)] {
      backward(
        pass, target: target, parameterGradients: discriminator.gradients, imageGradient: nil,
        latentGradient: nil)
    }
    update(discriminator, averages.discriminator)
  }

  /// G's and E's half, on `images` and `noise`: BCE(D(G(z), z), 1) and BCE(D(x, E(x)), 0).
  func trainGenerator(_ layout: BatchLayout, _ losses: inout EGBADLosses) {
    encode(layout)
    encoder.network.updateRunningStatistics(of: encoder.weights, from: encoderPass)
    for z in [code, noise] {
      generate(from: z, layout, imageIsWanted: z === noise)
      generator.network.updateRunningStatistics(of: generator.weights, from: generatorPass)
    }
    discriminate(layout)
    losses.generator = loss(fakePass, target: 1)
    losses.encoder = loss(realPass, target: 0)

    generator.gradients.fill(with: 0)
    backward(
      fakePass, target: 1, parameterGradients: nil, imageGradient: imageGradient, latentGradient: nil)
    networks.generator.backward(
      imageGradient, hiddenGradient: hiddenGradient, weights: generator.weights, pass: generatorPass,
      parameterGradients: generator.gradients, latentGradient: nil, workspace: workspace, context: context)

    encoder.gradients.fill(with: 0)
    backward(
      realPass, target: 0, parameterGradients: nil, imageGradient: nil, latentGradient: latentGradient)
    encoder.network.backward(
      through: encoder.network.blocks.indices, gradient: latentGradient, weights: encoder.weights,
      pass: encoderPass, parameterGradients: encoder.gradients, inputGradient: nil, workspace: workspace,
      context: context)

    update(generator, averages.generator)
    update(encoder, averages.encoder)
  }

  private func encode(_ layout: BatchLayout) {
    encoder.network.forward(
      images, layout: layout, weights: encoder.weights, mode: .batchStatistics, pass: encoderPass,
      context: context)
  }

  private func generate(from z: FloatBuffer, _ layout: BatchLayout, imageIsWanted: Bool = true) {
    networks.generator.forward(
      z, layout: layout, weights: generator.weights, mode: .batchStatistics, pass: generatorPass,
      imageIsWanted: imageIsWanted, context: context)
  }

  private func discriminate(_ layout: BatchLayout) {
    for (pass, x, z) in [(realPass, images, code), (fakePass, fake, noise)] {
      pass.forward(
        x, z, layout: layout, weights: discriminator.weights, mode: .batchStatistics, context: context)
    }
  }

  private func loss(_ pass: JointPass, target: Double) -> Double {
    BinaryCrossEntropy.loss(logits: pass.logits.pointer, count: pass.pass.layout.images, target: target)
  }

  /// The gradient of BCE(D, target).
  private func backward(
    _ pass: JointPass, target: Double, parameterGradients: FloatBuffer?, imageGradient: FloatBuffer?,
    latentGradient: FloatBuffer?
  ) {
    logitGradient.fill(with: 0)
    BinaryCrossEntropy.gradient(
      logitGradient.pointer, logits: pass.logits.pointer, count: pass.pass.layout.images, target: target)
    jointBackward(
      logitGradient, of: pass, weights: discriminator.weights, parameterGradients: parameterGradients,
      imageGradient: imageGradient, latentGradient: latentGradient, workspace: workspace, context: context)
  }

  private func update(_ trained: TrainedNetwork, _ average: MovingAverage) {
    trained.step(context: context)
    average.update(from: trained.weights, context: context)
  }
}

/// Moving averages of the weights of all three networks, which score.
struct EGBADAverages {
  let encoder: MovingAverage
  let generator: MovingAverage
  let discriminator: MovingAverage
}
