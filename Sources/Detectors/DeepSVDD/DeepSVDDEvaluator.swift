import Images
import Kernels
import NeuralNetworks
import Settings

/// Scores by ‖φ(x) − c‖², minus R² with the soft boundary, with running statistics.
final class DeepSVDDEvaluator: NetworkEvaluator<DeepSVDDModel> {
  private let normalization: ContrastNormalization
  private let pass: ResampledPass

  override init(_ model: DeepSVDDModel, _ setup: DetectorSetup<DeepSVDDSettings>, batchSize: Int) {
    normalization = ContrastNormalization(model.range, batchSize: batchSize)
    pass = ResampledPass(of: model.network, capacity: batchSize, goesBack: false)
    super.init(model, setup, batchSize: batchSize)
  }

  override func fill(_ indices: ArraySlice<Int>, of images: ImageSelection) {
    normalization.load(indices, of: images, into: x, layout: layout, engine: engine)
  }

  override func evaluate() -> Scores {
    let radius = settings.objective == .softBoundary ? Double(model.sphere.radius[0]) : 0
    let distances = model.sphere.squaredDistances(embed(), layout: layout)
    return Scores(["distance": distances.map { Float($0 - radius * radius) }])
  }

  /// φ(x) of the batch, in the kernels' layout.
  func embed() -> FloatBuffer {
    model.network.forward(
      x, layout: layout, weights: model.weights, mode: mode, pass: pass, engine: engine)
    return pass.output
  }
}

/// The embeddings φ(x).
extension DeepSVDDEvaluator: FeatureEvaluator {
  var featureCount: Int { model.sphere.center.count }

  func findFeatures() -> [Float] { values(embed(), featureCount) }
}
