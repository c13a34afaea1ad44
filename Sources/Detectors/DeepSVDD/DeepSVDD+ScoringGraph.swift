import Images
import NeuralNetworks
import Settings

extension DeepSVDDModel: GraphScoringModel {
  /// ‖φ(x) − c‖², less R² with the soft boundary; see `DeepSVDDEvaluator`.
  func scoringGraph(
    _ setup: DetectorSetup<DeepSVDDSettings>, score: String, scale: PixelScale
  ) -> ScoringGraph {
    var graph = GraphBuilder(image: setup.shape)
    let embedding = graph.flatten(graph.run(network, ContrastGraph(range, in: &graph).x))
    let distance = graph.sum(graph.square(graph.subtract(embedding, sphere.centerPlace.graphValue)))
    guard setup.settings.objective == .softBoundary else { return graph.graph(scores: distance) }
    let radius = Double(sphere.radius[0])
    let score = graph.subtract(distance, .scalar(Float(radius * radius)))
    return graph.graph(scores: score)
  }
}
