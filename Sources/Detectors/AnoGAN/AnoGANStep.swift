import Kernels
import NeuralNetworks
import Randomness
import Settings

/// The loss terms of a step of AnoGAN's training, all means over the batch.
struct AnoGANLosses: Equatable {
  /// BCE(D(x), 1)
  var discriminatorReal = 0.0
  /// BCE(D(G(z)), 0)
  var discriminatorFake = 0.0
  /// The sum of the two: what D minimises.
  var discriminator = 0.0
  /// BCE(D(G(z)), 1): what G minimises.
  var generator = 0.0

  static let names = ["discriminator_real", "discriminator_fake", "discriminator", "generator"]

  var values: SIMD8<Double> {
    SIMD8(discriminatorReal, discriminatorFake, discriminator, generator, 0, 0, 0, 0)
  }
}

/// One optimisation step of AnoGAN's training, which is that of a GAN (Goodfellow et al. 2014), and the memory that
/// it works in: D on images and noise, then G, through the updated D, on other noise.
final class AnoGANStep {
  let networks: AnoGANNetworks
  let generator: TrainedNetwork
  let discriminator: TrainedNetwork
  /// Moving averages of the weights, which score.
  let generatorAverage: MovingAverage
  let discriminatorAverage: MovingAverage
  /// The batch x and the noise z.
  let images: FloatBuffer
  let noise: FloatBuffer

  private let context: ComputeContext
  private let generatorPass: Pass
  private let realPass: Pass
  private let fakePass: Pass
  private let workspace: GradientWorkspace
  private let logitGradient: FloatBuffer
  private let imageGradient: FloatBuffer
  private let hiddenGradient: FloatBuffer

  /// Weights are drawn from `seed`.
  init(image: Shape, settings: AnoGANSettings, seed: UInt64, context: ComputeContext) {
    let networks = AnoGANNetworks(image: image, settings: settings)
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
    generator = trained(networks.generator.network)
    discriminator = trained(networks.discriminator)
    generatorAverage = MovingAverage(of: generator, decay: settings.movingAverage)
    discriminatorAverage = MovingAverage(of: discriminator, decay: settings.movingAverage)
    generatorPass = Pass(of: generator.network, capacity: capacity)
    realPass = Pass(of: discriminator.network, capacity: capacity)
    fakePass = Pass(of: discriminator.network, capacity: capacity)
    workspace = GradientWorkspace(for: [generator.network, discriminator.network], capacity: capacity)
    images = buffer(image.count)
    noise = buffer(settings.latentSize)
    logitGradient = buffer(1)
    imageGradient = buffer(image.count)
    hiddenGradient = buffer(networks.generator.hiddenCount)
  }

  /// Draws z anew.
  ///
  /// - Parameter name: names the stream; never the same one twice.
  func draw(seed: UInt64, name: String, layout: BatchLayout) {
    var stream = RandomStream(seed: seed, name: "noise/\(name)")
    LatentNoise.draw(noise, layout: layout, count: networks.generator.network.input.count, from: &stream)
  }

  /// D's half of a step, on `images` and `noise`: BCE(D(x), 1) + BCE(D(G(z)), 0).
  func trainDiscriminator(_ layout: BatchLayout, _ losses: inout AnoGANLosses) {
    generate(layout)
    for (pass, x) in [(realPass, images), (fakePass, networks.generator.image(generatorPass))] {
      discriminate(x, pass, layout)
      discriminator.network.updateRunningStatistics(of: discriminator.weights, from: pass)
    }
    losses.discriminatorReal = loss(realPass, target: 1)
    losses.discriminatorFake = loss(fakePass, target: 0)
    losses.discriminator = losses.discriminatorReal + losses.discriminatorFake

    discriminator.gradients.fill(with: 0)
    for (pass, target) in [(realPass, 1.0), (fakePass, 0.0)] {
      backward(pass, target: target, parameterGradients: discriminator.gradients, imageGradient: nil)
    }
    discriminator.step(context: context)
    discriminatorAverage.update(from: discriminator.weights, context: context)
  }

  /// G's half, on `noise`: BCE(D(G(z)), 1).
  func trainGenerator(_ layout: BatchLayout, _ losses: inout AnoGANLosses) {
    generate(layout)
    generator.network.updateRunningStatistics(of: generator.weights, from: generatorPass)
    discriminate(networks.generator.image(generatorPass), fakePass, layout)
    losses.generator = loss(fakePass, target: 1)

    generator.gradients.fill(with: 0)
    backward(fakePass, target: 1, parameterGradients: nil, imageGradient: imageGradient)
    networks.generator.backward(
      imageGradient, hiddenGradient: hiddenGradient, weights: generator.weights, pass: generatorPass,
      parameterGradients: generator.gradients, latentGradient: nil, workspace: workspace, context: context)
    generator.step(context: context)
    generatorAverage.update(from: generator.weights, context: context)
  }

  private func generate(_ layout: BatchLayout) {
    networks.generator.forward(
      noise, layout: layout, weights: generator.weights, mode: .batchStatistics, pass: generatorPass,
      context: context)
  }

  private func discriminate(_ x: FloatBuffer, _ pass: Pass, _ layout: BatchLayout) {
    discriminator.network.forward(
      x, layout: layout, weights: discriminator.weights, mode: .batchStatistics, pass: pass, context: context)
  }

  private func loss(_ pass: Pass, target: Double) -> Double {
    BinaryCrossEntropy.loss(
      logits: networks.logits(pass).pointer, count: pass.layout.images, target: target)
  }

  /// The gradient of BCE(D, target).
  private func backward(
    _ pass: Pass, target: Double, parameterGradients: FloatBuffer?, imageGradient: FloatBuffer?
  ) {
    logitGradient.fill(with: 0)
    BinaryCrossEntropy.gradient(
      logitGradient.pointer, logits: networks.logits(pass).pointer, count: pass.layout.images, target: target)
    discriminator.network.backward(
      through: discriminator.network.blocks.indices, gradient: logitGradient, weights: discriminator.weights,
      pass: pass, parameterGradients: parameterGradients, inputGradient: imageGradient, workspace: workspace,
      context: context)
  }
}
