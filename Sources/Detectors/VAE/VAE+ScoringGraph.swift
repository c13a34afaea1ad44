import Images
import Kernels
import NeuralNetworks
import Randomness
import Settings

extension VAEModel: GraphScoringModel {
  /// −(1/L) Σ log p(x | z_l), with the divergence from the prior for the negative ELBO; see `VAEEvaluator`.
  ///
  /// All images take the draws that an isolated image takes: the graph brings their noise along, and all draws of an
  /// image go through the decoder as a batch.
  func scoringGraph(
    _ setup: DetectorSetup<VAESettings>, score: String, scale: PixelScale
  ) -> ScoringGraph {
    let (draws, latent) = (setup.settings.draws, setup.settings.latentSize)
    var graph = GraphBuilder(image: setup.shape)
    let x = graph.divide(graph.images, .scalar(255), as: "x")
    let encoded = graph.flatten(graph.run(networks.network, through: networks.encoder, x))
    let mean = graph.slice(encoded, 0..<latent)
    let logVariance = graph.slice(encoded, latent..<2 * latent)

    let noise = graph.constant("scoring/noise", shape: [draws, latent], isolatedNoise(setup))
    let deviation = graph.exponential(graph.multiply(logVariance, .scalar(0.5)))
    let spread = graph.multiply(graph.reshape(deviation, to: [1, latent]), noise)
    let z = graph.add(graph.reshape(mean, to: [1, latent]), spread)
    let decoded = graph.run(networks.network, through: networks.decoder, graph.reshape(z, to: [latent]))

    let surprise = networks.pixels.surprise(x, decoded, draws: draws, in: &graph)
    var total = graph.multiply(surprise, .scalar(1 / Float(draws)))
    if score == VAEScore.negativeELBO.rawValue {
      total = graph.add(total, divergence(mean, logVariance, in: &graph))
    }
    let expected = graph.run(networks.network, through: networks.decoder, mean)
    let image = networks.pixels.image(expected, in: &graph)
    return graph.graph(scores: total, reconstructions: image)
  }

  /// ε of the draws of an isolated image, [draws, latent]: those of the first place in a store.
  private func isolatedNoise(_ setup: DetectorSetup<VAESettings>) -> [Float] {
    let (latent, layout) = (setup.settings.latentSize, BatchLayout(images: 1))
    let draw = FloatBuffer(images: 1, perImage: latent)
    var stream = RandomStream(seed: setup.seed, name: VAEEvaluator.noiseName)
    return (0..<setup.settings.draws).flatMap { _ in
      LatentNoise.draw(draw, slot: 0, layout: layout, count: latent, from: &stream)
      return (0..<latent).map { draw[layout.position(of: $0, image: 0).place(in: latent)] }
    }
  }

  /// ½ Σ (μ² + σ² − log σ² − 1)
  private func divergence(
    _ mean: GraphValue, _ logVariance: GraphValue, in graph: inout GraphBuilder
  ) -> GraphValue {
    let both = graph.add(graph.square(mean), graph.exponential(logVariance))
    let terms = graph.subtract(graph.subtract(both, logVariance), .scalar(1))
    return graph.multiply(graph.sum(terms), .scalar(0.5))
  }
}

extension PixelModel {
  /// −Σ log p(x | z) over all draws, of which `decoded` has one after the other; see `logLikelihoods`.
  fileprivate func surprise(
    _ x: GraphValue, _ decoded: GraphValue, draws: Int, in graph: inout GraphBuilder
  ) -> GraphValue {
    let x = graph.reshape(x, to: [1, pixels])
    let first = graph.reshape(said(decoded, 0..<pixels, in: &graph), to: [draws, pixels])
    switch likelihood {
    case .bernoulli:
      // −log p = log(1 + eᵃ) − x·a
      return graph.sum(graph.subtract(graph.softplus(first), graph.multiply(x, first)))
    case .gaussian:
      // −log p = ½ (log 2πv + (x − μ)²/v)
      let second = graph.reshape(said(decoded, pixels..<2 * pixels, in: &graph), to: [draws, pixels])
      let variance = graph.add(graph.exponential(second), .scalar(varianceFloor))
      let distance = graph.divide(graph.square(graph.subtract(x, first)), variance)
      let logarithm = graph.logarithm(graph.multiply(variance, .scalar(2 * .pi)))
      return graph.multiply(graph.sum(graph.add(logarithm, distance)), .scalar(0.5))
    }
  }

  /// The expected image, as bytes.
  fileprivate func image(_ decoded: GraphValue, in graph: inout GraphBuilder) -> GraphValue {
    let first = said(decoded, 0..<pixels, in: &graph)
    let shares = likelihood == .bernoulli ? graph.apply(.sigmoid, to: first) : first
    let bytes = graph.clip(graph.multiply(shares, .scalar(255)), 0, 255)
    return graph.reshape(bytes, to: graph.images.shape)
  }

  /// Some of the numbers that the decoder gives for an image.
  private func said(
    _ decoded: GraphValue, _ range: Range<Int>, in graph: inout GraphBuilder
  ) -> GraphValue {
    let all = graph.flatten(decoded)
    return range.count == outputs ? all : graph.slice(all, range)
  }
}
