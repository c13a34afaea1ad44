import Images
import Kernels
import NeuralNetworks
import Settings

extension DeepSVDD {
  /// ‖φ(x) − c‖², less R² with the soft boundary; with running statistics whatever `batchNorm` says.
  public func interimScore(
    _ images: ImageSelection, batchNorm: BatchNormReading, batchSize: Int, beforeBatch: () throws -> Void
  ) rethrows -> Scores {
    let embedder = Embedder(self, batchSize: batchSize)
    let radius = settings.objective == .softBoundary ? Double(step.sphere.radius[0]) : 0
    var scores: [Float] = []
    try images.forEachBatch(of: batchSize) { indices in
      try beforeBatch()
      let layout = embedder.embed(indices, of: images)
      for distance in step.sphere.squaredDistances(embedder.embeddings, layout: layout) {
        scores.append(Float(distance - radius * radius))
      }
    }
    return Scores(["distance": scores])
  }
}

extension DeepSVDD: FeatureExtracting {
  public var featureCount: Int { step.sphere.centre.count }

  /// The embeddings φ(x).
  public func features(_ images: ImageSelection) -> [Float] {
    let embedder = Embedder(self, batchSize: 64)
    var rows: [Float] = []
    images.forEachBatch(of: 64) { indices in
      let layout = embedder.embed(indices, of: images)
      rows += ActivationLayout.imageMajor(
        embedder.embeddings.pointer, layout: layout, count: featureCount)
    }
    return rows
  }
}

/// Embeds images in memory of its own, and changes nothing in the network.
final class Embedder {
  private let step: DeepSVDDStep
  private let normalization: ContrastNormalization
  private let batch: FloatBuffer
  private let pass: ResampledPass
  private let context: ComputeContext

  init(_ detector: DeepSVDD, batchSize: Int) {
    step = detector.step
    context = detector.context
    normalization = ContrastNormalization(like: detector.normalization, batchSize: batchSize)
    batch = FloatBuffer(count: BatchLayout.capacity(images: batchSize, perImage: detector.image.count))
    pass = ResampledPass(of: step.network, capacity: batchSize, goesBack: false)
  }

  /// φ of the last batch, in the kernels' layout.
  var embeddings: FloatBuffer { pass.output }

  /// Embeds images, given by their positions in the store.
  func embed(_ indices: ArraySlice<Int>, of images: ImageSelection) -> BatchLayout {
    let layout = BatchLayout(images: indices.count)
    normalization.load(indices, of: images, into: batch, layout: layout)
    step.network.forward(
      batch, layout: layout, weights: step.trained.weights, mode: .runningStatistics, pass: pass,
      context: context)
    return layout
  }
}
