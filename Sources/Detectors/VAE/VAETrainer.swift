import Kernels
import NeuralNetworks
import Randomness
import Settings

/// The loss terms of one step, means over the batch.
struct VAELosses: Equatable {
  /// −log p(x | z) with one draw of z.
  var reconstruction = 0.0
  /// KL(q(z | x) ‖ p(z)).
  var divergence = 0.0
  /// Their sum: the negative evidence lower bound.
  var negativeELBO = 0.0

  static let names = ["reconstruction", "divergence", "negative_elbo"]

  var values: SIMD8<Double> { SIMD8(reconstruction, divergence, negativeELBO, 0, 0, 0, 0, 0) }
}

/// Trains a variational autoencoder (Kingma and Welling 2014), and the memory that a step works in.
final class VAETrainer: ModelTrainer {
  static let lossNames = VAELosses.names

  let parts: VAENetworks
  let trained: TrainedNetwork
  let pass: Pass
  /// The batch x, and the noise ε.
  let x: FloatBuffer
  let noise: FloatBuffer

  private let settings: VAESettings
  private let seed: UInt64
  private let context: ComputeContext
  private let workspace: GradientWorkspace
  private let z: FloatBuffer
  private let outputGradient: FloatBuffer
  private let latentGradient: FloatBuffer
  private let encodedGradient: FloatBuffer

  init(_ model: VAEModel, _ setup: DetectorSetup<VAESettings>) {
    (settings, seed, context) = (setup.settings, setup.seed, setup.context)
    let (capacity, latentSize) = (settings.batchSize, settings.latentSize)
    parts = model.networks
    trained = TrainedNetwork(parts.network, model.weights, settings)
    pass = Pass(of: parts.network, capacity: capacity)
    workspace = GradientWorkspace(for: [parts.network], capacity: capacity)
    x = FloatBuffer(images: capacity, perImage: parts.pixels.pixels)
    noise = FloatBuffer(images: capacity, perImage: latentSize)
    z = FloatBuffer(images: capacity, perImage: latentSize)
    outputGradient = FloatBuffer(images: capacity, perImage: parts.pixels.outputs)
    latentGradient = FloatBuffer(images: capacity, perImage: latentSize)
    encodedGradient = FloatBuffer(images: capacity, perImage: 2 * latentSize)
  }

  var networks: [TrainedNetwork] { [trained] }

  var batches: BatchRule { BatchRule(size: settings.batchSize, dropsIncomplete: false) }

  func step(_ batch: TrainingBatch) -> StepResult {
    batch.images.load(batch.indices, into: x, layout: batch.layout, table: VAEModel.pixelTable)
    var stream = RandomStream(seed: seed, name: "noise/epoch \(batch.epoch)/step \(batch.step)")
    LatentNoise.draw(noise, layout: batch.layout, count: settings.latentSize, from: &stream)
    return StepResult(losses: optimize(batch.layout).values)
  }

  /// μ and log σ² of the last pass, and what its decoder said.
  var encoded: FloatBuffer { parts.encoded(pass) }
  var decoded: FloatBuffer { parts.decoded(pass) }

  /// One step on `x` with `noise`.
  func optimize(_ layout: BatchLayout) -> VAELosses {
    forward(layout)
    let losses = losses(layout)
    computeGradients(layout)
    trained.step(context: context)
    return losses
  }

  /// μ, log σ² = encoder(x);  z = μ + σ·ε;  decoder(z)
  private func forward(_ layout: BatchLayout) {
    forward(through: parts.encoder, x, layout)
    parts.latent.draw(z, encoded, noise: noise, layout: layout)
    forward(through: parts.decoder, z, layout)
  }

  private func forward(through blocks: Range<Int>, _ input: FloatBuffer, _ layout: BatchLayout) {
    parts.network.forward(
      through: blocks, input, layout: layout, weights: trained.weights, mode: .batchStatistics, pass: pass,
      context: context)
  }

  /// −ELBO = −log p(x | z) + KL(q(z | x) ‖ p(z))
  private func losses(_ layout: BatchLayout) -> VAELosses {
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(layout.images) }
    var losses = VAELosses()
    losses.reconstruction = -mean(parts.pixels.logLikelihoods(x, decoded, layout: layout))
    losses.divergence = mean(parts.latent.divergences(encoded, layout: layout))
    losses.negativeELBO = losses.reconstruction + losses.divergence
    return losses
  }

  /// The gradient of −ELBO with respect to all parameters: through the decoder into z, then with KL's own through
  /// the encoder.
  private func computeGradients(_ layout: BatchLayout) {
    trained.gradients.fill(with: 0)
    parts.pixels.gradient(outputGradient, x, decoded, layout: layout)
    backward(through: parts.decoder, outputGradient, to: latentGradient)
    parts.latent.gradient(
      encodedGradient, encoded, noise: noise, latentGradient: latentGradient, layout: layout)
    backward(through: parts.encoder, encodedGradient, to: nil)
  }

  private func backward(
    through blocks: Range<Int>, _ gradient: FloatBuffer, to inputGradient: FloatBuffer?
  ) {
    parts.network.backward(
      through: blocks, gradient: gradient, weights: trained.weights, pass: pass,
      parameterGradients: trained.gradients, inputGradient: inputGradient, workspace: workspace,
      context: context)
  }
}
