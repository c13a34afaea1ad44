import Images
import Kernels
import NeuralNetworks
import Randomness
import Settings

extension VAE {
  /// The negative reconstruction probability −(1/L) Σ log p(x | z_l), and with the divergence KL(q(z | x) ‖ p(z)) the
  /// negative ELBO, both over the same draws.
  ///
  /// The draws belong to an image by its place in the store, so that its score does not depend on the others. There
  /// is no batch norm.
  public func interimScore(
    _ images: ImageSelection, batchNorm: BatchNormReading, batchSize: Int, beforeBatch: () throws -> Void
  ) rethrows -> Scores {
    let scorer = VAEScorer(step, batchSize: batchSize, context: context)
    var (probability, negativeELBO): ([Float], [Float]) = ([], [])
    try images.forEachBatch(of: batchSize) { indices in
      try beforeBatch()
      let layout = scorer.encode(indices, of: images)
      let logLikelihoods = scorer.meanLogLikelihoods(layout, draws: settings.draws) { slot in
        noise(ofImage: indices[indices.startIndex + slot])
      }
      let divergences = step.networks.latent.divergences(scorer.encoded, layout: layout)
      for (logLikelihood, divergence) in zip(logLikelihoods, divergences) {
        probability.append(Float(-logLikelihood))
        negativeELBO.append(Float(divergence - logLikelihood))
      }
    }
    return Scores([
      VAEScore.reconstructionProbability.rawValue: probability, VAEScore.negativeELBO.rawValue: negativeELBO,
    ])
  }

  /// The stream that an image's draws are taken from.
  private func noise(ofImage index: Int) -> RandomStream {
    let words = index * settings.draws * step.networks.latent.wordsPerDraw
    return RandomStream(seed: seed, name: "scoring noise", position: UInt64(words))
  }
}

extension VAE: Reconstructing {
  /// The expected images at the mean of the latent.
  public func reconstruct(_ images: ImageSelection) -> ImageStore {
    let scorer = VAEScorer(step, batchSize: 64, context: context)
    var bytes: [UInt8] = []
    images.forEachBatch(of: 64) { indices in
      let layout = scorer.encode(indices, of: images)
      for value in scorer.meanImages(layout) { bytes.append(UInt8(min(1, max(0, value)) * 255 + 0.5)) }
    }
    return ImageStore(shape: image, bytes: bytes)
  }
}

/// Runs encoder and decoder in memory of its own, and changes nothing in them.
final class VAEScorer {
  private let step: VAEStep
  private let context: ComputeContext
  private let batch: FloatBuffer
  private let z: FloatBuffer
  private let noise: FloatBuffer
  private let pass: Pass

  init(_ step: VAEStep, batchSize: Int, context: ComputeContext) {
    self.step = step
    self.context = context
    func buffer(_ count: Int) -> FloatBuffer {
      FloatBuffer(count: BatchLayout.capacity(images: batchSize, perImage: count))
    }
    batch = buffer(step.networks.pixels.pixels)
    z = buffer(step.networks.latent.size)
    noise = buffer(step.networks.latent.size)
    pass = Pass(of: step.networks.network, capacity: batchSize)
  }

  /// μ and log σ² of the last batch.
  var encoded: FloatBuffer { pass.output(of: step.networks.encoder.upperBound - 1) }

  private var decoded: FloatBuffer { pass.output(of: step.networks.decoder.upperBound - 1) }

  /// Loads and encodes a batch of a store's images.
  func encode(_ indices: ArraySlice<Int>, of images: ImageSelection) -> BatchLayout {
    let layout = BatchLayout(images: indices.count)
    images.load(indices, into: batch, layout: layout, table: VAE.pixelTable)
    forward(through: step.networks.encoder, batch, layout)
    return layout
  }

  /// (1/L) Σ log p(x | z_l) of each image of the last batch, z_l drawn from q(z | x).
  ///
  /// - Parameter stream: of an image's draws.
  func meanLogLikelihoods(
    _ layout: BatchLayout, draws: Int, stream: (_ slot: Int) -> RandomStream
  ) -> [Double] {
    var streams = (0..<layout.images).map(stream)
    var sums = [Double](repeating: 0, count: layout.images)
    for _ in 0..<draws {
      for slot in 0..<layout.images {
        step.networks.latent.drawNoise(noise, image: slot, layout: layout, from: &streams[slot])
      }
      decode(layout)
      let logLikelihoods = step.networks.pixels.logLikelihoods(batch, decoded, layout: layout)
      for slot in 0..<layout.images { sums[slot] += logLikelihoods[slot] }
    }
    return sums.map { $0 / Double(draws) }
  }

  /// What the decoder expects at the mean of the latent, image by image.
  func meanImages(_ layout: BatchLayout) -> [Float] {
    noise.fill(with: 0)
    decode(layout)
    return step.networks.pixels.means(decoded, layout: layout)
  }

  private func decode(_ layout: BatchLayout) {
    step.networks.latent.draw(z, encoded, noise: noise, layout: layout)
    forward(through: step.networks.decoder, z, layout)
  }

  private func forward(through blocks: Range<Int>, _ input: FloatBuffer, _ layout: BatchLayout) {
    step.networks.network.forward(
      through: blocks, input, layout: layout, weights: step.trained.weights, mode: .runningStatistics,
      pass: pass, context: context)
  }
}
