import Kernels
import NeuralNetworks

/// Contrast normalization as operations; see `ContrastNormalization`.
struct ContrastGraph {
  /// The normalized images, scaled to the range of the training images.
  let x: GraphValue
  private let mean: GraphValue
  private let deviation: GraphValue
  private let range: (lower: Float, span: Float)

  init(_ range: ContrastRange, in graph: inout GraphBuilder) {
    self.range = (Float(range.lower), Float(range.span))
    mean = graph.mean(graph.images, keepsDimensions: true)
    let centered = graph.subtract(graph.images, mean, as: "centered")
    let measured = graph.mean(graph.absolute(centered), keepsDimensions: true)
    // An image of a single color is divided by 1. Bytes differ by 1 at least, so that this adds 0 to all others.
    let smallest = graph.multiply(graph.maximum(graph.multiply(graph.images, .scalar(-1))), .scalar(-1))
    let contrast = graph.subtract(graph.maximum(graph.images), smallest)
    let flatness = graph.apply(.relu, to: graph.subtract(.scalar(1), contrast))
    deviation = graph.add(measured, flatness, as: "deviation")
    let normalized = graph.divide(centered, deviation)
    x = graph.divide(
      graph.subtract(normalized, .scalar(self.range.lower)), .scalar(self.range.span), as: "x")
  }

  /// The bytes of rebuilt images, with mean and deviation of those that they were rebuilt from.
  func bytes(_ rebuilt: GraphValue, in graph: inout GraphBuilder) -> GraphValue {
    let normalized = graph.add(graph.multiply(rebuilt, .scalar(range.span)), .scalar(range.lower))
    return graph.clip(graph.add(graph.multiply(normalized, deviation), mean), 0, 255)
  }
}
