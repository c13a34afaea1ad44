import Images
import NeuralNetworks
import Settings

extension GANomalyModel: GraphScoringModel {
  /// The mean over the latent of |z − ẑ| or of (z − ẑ)²; see `GANomalyEvaluator`.
  func scoringGraph(
    _ setup: DetectorSetup<GANomalySettings>, score: String, scale: PixelScale
  ) -> ScoringGraph {
    var graph = GraphBuilder(image: setup.shape)
    let z = graph.run(generator.network, through: generator.encoder1, graph.scaled(scale))
    let rebuilt = graph.run(generator.network, through: generator.decoder, z)
    let reencoded = graph.run(generator.network, through: generator.encoder2, rebuilt)
    let difference = graph.subtract(z, reencoded)
    let distances =
      score == LatentScore.l1.rawValue ? graph.absolute(difference) : graph.square(difference)
    let (score, bytes) = (graph.mean(distances), graph.bytes(rebuilt, scale))
    return graph.graph(scores: score, reconstructions: bytes)
  }
}
