import Images
import NeuralNetworks
import Settings

extension SkipGANomalyModel: GraphScoringModel {
  /// (1 − w)·mean (x − x̂)² + w·mean (f(x) − f(x̂))², or one of both; see `SkipGANomalyEvaluator`.
  func scoringGraph(
    _ setup: DetectorSetup<SkipGANomalySettings>, score: String, scale: PixelScale
  ) -> ScoringGraph {
    var graph = GraphBuilder(image: setup.shape)
    let x = graph.scaled(scale)
    let rebuilt = generator.run(x, in: &graph)
    let features = [x, rebuilt].map {
      graph.run(discriminator.network, through: discriminator.encoder, $0)
    }
    let distance = graph.mean(graph.square(graph.subtract(x, rebuilt)))
    let featureDistance = graph.mean(graph.square(graph.subtract(features[0], features[1])))
    let combined = graph.combined(
      score, reconstruction: distance, feature: featureDistance, featureWeight: setup.settings.featureWeight)
    let bytes = graph.bytes(rebuilt, scale)
    return graph.graph(scores: combined, reconstructions: bytes)
  }
}

extension UNet {
  /// x̂ = G(x), as `UNetPass.forward` computes it.
  fileprivate func run(_ x: GraphValue, in graph: inout GraphBuilder) -> GraphValue {
    func run(_ block: Int, _ input: GraphValue) -> GraphValue {
      graph.run(network, through: block..<block + 1, input)
    }
    var lowered: [GraphValue] = []
    for level in 1...levels { lowered.append(run(down(level), lowered.last ?? x)) }
    var current = run(up(levels), lowered[levels - 1])
    for level in (1..<levels).reversed() {
      let skipped = graph.apply(.relu, to: lowered[level - 1], as: "skipped")
      current = run(up(level), graph.concatenate(skipped, current))
    }
    return current
  }
}
