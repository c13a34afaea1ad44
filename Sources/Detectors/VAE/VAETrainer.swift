import Kernels
import NeuralNetworks
import Randomness
import Settings

/// The loss terms of one step, averaged over the batch.
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

/// Trains a variational autoencoder (Kingma and Welling 2014); holds the memory for a step.
final class VAETrainer: NetworkTrainer<VAEModel>, ModelTrainer {
  static let lossNames = VAELosses.names

  let trained: TrainedNetwork
  /// The noise ε.
  let noise: FloatBuffer

  private let pass: Pass
  private let z: FloatBuffer
  private let outputGradient: FloatBuffer
  private let latentGradient: FloatBuffer
  private let encodedGradient: FloatBuffer

  init(_ model: VAEModel, _ setup: DetectorSetup<VAESettings>) {
    let (capacity, latentSize) = (setup.settings.batchSize, setup.settings.latentSize)
    let network = model.networks.network
    trained = TrainedNetwork(network, model.weights, setup.settings)
    noise = FloatBuffer(images: capacity, perImage: latentSize)
    pass = Pass(of: network, capacity: capacity)
    z = FloatBuffer(images: capacity, perImage: latentSize)
    outputGradient = FloatBuffer(images: capacity, perImage: model.networks.pixels.outputs)
    latentGradient = FloatBuffer(images: capacity, perImage: latentSize)
    encodedGradient = FloatBuffer(images: capacity, perImage: 2 * latentSize)
    super.init(model, setup, networks: [network])
  }

  var networks: [TrainedNetwork] { [trained] }

  override var batches: BatchRule { BatchRule(size: settings.batchSize, dropsIncomplete: false) }

  func step(_ batch: TrainingBatch) -> StepResult {
    load(batch, table: VAEModel.pixelTable)
    var stream = RandomStream(seed: setup.seed, name: "noise/epoch \(batch.epoch)/step \(batch.step)")
    LatentNoise.draw(noise, layout: layout, count: settings.latentSize, from: &stream)
    return StepResult(losses: optimize().values)
  }

  private var parts: VAENetworks { model.networks }

  /// μ and log σ² of the last pass, and its decoder's output.
  var encoded: FloatBuffer { parts.encoded(pass) }
  var decoded: FloatBuffer { parts.decoded(pass) }

  /// One step on `x` with `noise`.
  func optimize() -> VAELosses {
    forward()
    let losses = losses()
    computeGradients()
    trained.step(engine: engine)
    return losses
  }

  /// μ, log σ² = encoder(x);  z = μ + σ·ε;  decoder(z)
  private func forward() {
    forward(trained, through: parts.encoder, x, pass)
    parts.latent.draw(z, encoded, noise: noise, layout: layout)
    forward(trained, through: parts.decoder, z, pass)
  }

  /// −ELBO = −log p(x | z) + KL(q(z | x) ‖ p(z))
  private func losses() -> VAELosses {
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(layout.images) }
    var losses = VAELosses()
    losses.reconstruction = -mean(parts.pixels.logLikelihoods(x, decoded, layout: layout))
    losses.divergence = mean(parts.latent.divergences(encoded, layout: layout))
    losses.negativeELBO = losses.reconstruction + losses.divergence
    return losses
  }

  /// The gradient of −ELBO with respect to all parameters: through the decoder into z, then with KL's own gradient
  /// through the encoder.
  private func computeGradients() {
    trained.gradients.fill(with: 0)
    parts.pixels.gradient(outputGradient, x, decoded, layout: layout)
    backward(trained, through: parts.decoder, outputGradient, pass, to: latentGradient)
    parts.latent.gradient(
      encodedGradient, encoded, noise: noise, latentGradient: latentGradient, layout: layout)
    backward(trained, through: parts.encoder, encodedGradient, pass)
  }
}
