import Kernels
import NeuralNetworks
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

/// One optimisation step of a variational autoencoder (Kingma and Welling 2014), and the memory that it works in.
final class VAEStep {
  let networks: VAENetworks
  let trained: TrainedNetwork
  let pass: Pass
  /// The batch x, and the noise ε.
  let batch: FloatBuffer
  let noise: FloatBuffer

  private let context: ComputeContext
  private let workspace: GradientWorkspace
  private let z: FloatBuffer
  private let outputGradient: FloatBuffer
  private let latentGradient: FloatBuffer
  private let encodedGradient: FloatBuffer

  /// - Parameter batchSize: the most images in a batch.
  init(pixels: Int, settings: VAESettings, batchSize: Int, context: ComputeContext) {
    self.context = context
    networks = VAENetworks(pixelCount: pixels, settings: settings)
    trained = TrainedNetwork(
      networks.network, learningRate: settings.learningRate, beta1: settings.beta1, beta2: settings.beta2)
    pass = Pass(of: networks.network, capacity: batchSize)
    workspace = GradientWorkspace(for: [networks.network], capacity: batchSize)
    func buffer(_ count: Int) -> FloatBuffer {
      FloatBuffer(count: BatchLayout.capacity(images: batchSize, perImage: count))
    }
    batch = buffer(pixels)
    noise = buffer(settings.latentSize)
    z = buffer(settings.latentSize)
    outputGradient = buffer(networks.pixels.outputs)
    latentGradient = buffer(settings.latentSize)
    encodedGradient = buffer(2 * settings.latentSize)
  }

  /// μ and log σ² of the last pass, and what its decoder said.
  var encoded: FloatBuffer { pass.output(of: networks.encoder.upperBound - 1) }
  var decoded: FloatBuffer { pass.output(of: networks.decoder.upperBound - 1) }

  /// One step on `batch` with `noise`.
  func callAsFunction(_ layout: BatchLayout) -> VAELosses {
    forward(layout)
    let losses = losses(layout)
    computeGradients(layout)
    trained.step(context: context)
    return losses
  }

  /// μ, log σ² = encoder(x);  z = μ + σ·ε;  decoder(z)
  private func forward(_ layout: BatchLayout) {
    forward(through: networks.encoder, batch, layout)
    networks.latent.draw(z, encoded, noise: noise, layout: layout)
    forward(through: networks.decoder, z, layout)
  }

  private func forward(through blocks: Range<Int>, _ input: FloatBuffer, _ layout: BatchLayout) {
    networks.network.forward(
      through: blocks, input, layout: layout, weights: trained.weights, mode: .batchStatistics, pass: pass,
      context: context)
  }

  /// −ELBO = −log p(x | z) + KL(q(z | x) ‖ p(z))
  private func losses(_ layout: BatchLayout) -> VAELosses {
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(layout.images) }
    var losses = VAELosses()
    losses.reconstruction = -mean(networks.pixels.logLikelihoods(batch, decoded, layout: layout))
    losses.divergence = mean(networks.latent.divergences(encoded, layout: layout))
    losses.negativeELBO = losses.reconstruction + losses.divergence
    return losses
  }

  /// The gradient of −ELBO with respect to all parameters: through the decoder into z, then with KL's own through
  /// the encoder.
  private func computeGradients(_ layout: BatchLayout) {
    trained.gradients.fill(with: 0)
    networks.pixels.gradient(outputGradient, batch, decoded, layout: layout)
    backward(through: networks.decoder, outputGradient, to: latentGradient)
    networks.latent.gradient(
      encodedGradient, encoded, noise: noise, latentGradient: latentGradient, layout: layout)
    backward(through: networks.encoder, encodedGradient, to: nil)
  }

  private func backward(
    through blocks: Range<Int>, _ gradient: FloatBuffer, to inputGradient: FloatBuffer?
  ) {
    networks.network.backward(
      through: blocks, gradient: gradient, weights: trained.weights, pass: pass,
      parameterGradients: trained.gradients, inputGradient: inputGradient, workspace: workspace,
      context: context)
  }
}
