import Images
import NeuralNetworks
import Settings

/// A detector whose score of an image is one pass through a graph of operations, with running statistics, so that
/// another program can compute it.
public protocol GraphScoring: AnomalyDetector {
  /// How the detector scores, each image alone. The graph names tensors of `weights`, and brings along what else it
  /// needs.
  ///
  /// - Parameters:
  ///   - score: one of those that the detector's settings name.
  ///   - scale: what the bytes of an image mean; a detector with a preprocessing of its own ignores it.
  func scoringGraph(of score: String, scale: PixelScale) -> ScoringGraph
}

/// A model that says how it scores; each says so in a file `…+ScoringGraph.swift` beside its evaluator.
protocol GraphScoringModel: DetectorModel {
  /// - Precondition: `setup` is the one that the model was made with.
  func scoringGraph(_ setup: DetectorSetup<Settings>, score: String, scale: PixelScale) -> ScoringGraph
}

extension TrainedDetector: GraphScoring where Model: GraphScoringModel {
  func scoringGraph(of score: String, scale: PixelScale) -> ScoringGraph {
    model.scoringGraph(setup, score: score, scale: scale)
  }
}

extension TensorPlace {
  /// The tensor, as an operation takes it.
  var graphValue: GraphValue { .tensor(name, shape: shape) }
}

extension GraphBuilder {
  /// x: the numbers that the images' bytes stand for.
  mutating func scaled(_ scale: PixelScale) -> GraphValue {
    let shares = divide(images, .scalar(255), as: "shares")
    let centered = subtract(shares, .scalar(scale.mean), as: "centered")
    return divide(centered, .scalar(scale.deviation), as: "x")
  }

  /// The bytes, not rounded, that numbers on this scale stand for.
  mutating func bytes(_ x: GraphValue, _ scale: PixelScale) -> GraphValue {
    let shares = add(multiply(x, .scalar(scale.deviation)), .scalar(scale.mean))
    return clip(multiply(shares, .scalar(255)), 0, 255)
  }

  /// The score that is (1 − w)·d(x, x̂) + w·d(f(x), f(x̂)), or one of the two distances by itself; see
  /// `Scores.init(reconstruction:feature:featureWeight:)`.
  mutating func combined(
    _ score: String, reconstruction distance: GraphValue, feature featureDistance: GraphValue,
    featureWeight weight: Double
  ) -> GraphValue {
    switch score {
    case AdversarialScores.reconstruction: return distance
    case AdversarialScores.feature: return featureDistance
    default:
      return add(
        multiply(distance, .scalar(Float(1 - weight))), multiply(featureDistance, .scalar(Float(weight))))
    }
  }
}
