import Images
import NeuralNetworks
import Settings

extension EGBADModel: GraphScoringModel {
  /// (1 − w)·‖x − G(E(x))‖₁ + w·‖f(x, E(x)) − f(G(E(x)), E(x))‖₁, or one of both, with the moving averages of the
  /// weights; see `EGBADEvaluator`.
  func scoringGraph(
    _ setup: DetectorSetup<EGBADSettings>, score: String, scale: PixelScale
  ) -> ScoringGraph {
    var graph = GraphBuilder(image: setup.shape)
    let x = graph.scaled(scale)
    let code = graph.run(encoder.network, x, weights: MovingAverage.name(of: encoder.network))
    let rebuilt = generator.run(code, in: &graph)
    let features = [x, rebuilt].map { discriminator.features($0, code, in: &graph) }
    let distance = graph.sum(graph.absolute(graph.subtract(x, rebuilt)))
    let featureDistance = graph.sum(graph.absolute(graph.subtract(features[0], features[1])))
    let combined = graph.combined(
      score, reconstruction: distance, feature: featureDistance, featureWeight: setup.settings.featureWeight)
    let bytes = graph.bytes(rebuilt, scale)
    return graph.graph(scores: combined, reconstructions: bytes)
  }
}

extension DenseGenerator {
  /// x̂ = G(z)
  fileprivate func run(_ z: GraphValue, in graph: inout GraphBuilder) -> GraphValue {
    network.chains.reduce(z) {
      graph.run(network, through: $1, $0, weights: MovingAverage.name(of: network))
    }
  }
}

extension JointDiscriminator {
  /// f(x, z), as `JointPass.forward` computes it without dropout.
  fileprivate func features(
    _ x: GraphValue, _ z: GraphValue, in graph: inout GraphBuilder
  ) -> GraphValue {
    func run(_ chain: Range<Int>, _ input: GraphValue) -> GraphValue {
      graph.run(network, through: chain, input, weights: MovingAverage.name(of: network))
    }
    let (image, code) = (graph.flatten(run(image2, run(image1, x))), graph.flatten(run(latent, z)))
    return run(joint, graph.concatenate(image, code))
  }
}
