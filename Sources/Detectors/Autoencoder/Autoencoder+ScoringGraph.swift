import Images
import NeuralNetworks
import Settings

extension AutoencoderModel: GraphScoringModel {
  /// The mean over all pixels of (x̂ − x)², of normalized images; see `AutoencoderEvaluator`.
  func scoringGraph(
    _ setup: DetectorSetup<AutoencoderSettings>, score: String, scale: PixelScale
  ) -> ScoringGraph {
    var graph = GraphBuilder(image: setup.shape)
    let contrast = ContrastGraph(range, in: &graph)
    let rebuilt = graph.run(network, contrast.x)
    let distance = graph.mean(graph.square(graph.subtract(rebuilt, contrast.x)))
    let bytes = contrast.bytes(rebuilt, in: &graph)
    return graph.graph(scores: distance, reconstructions: bytes)
  }
}
