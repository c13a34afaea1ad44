import Images
import Kernels
import NeuralNetworks
import Settings

extension GANomaly {
  /// Anomaly scores: the distance between z and ẑ, by both norms from one pass.
  public func interimScore(
    _ images: ImageSelection, batchNorm: BatchNormReading, batchSize: Int, beforeBatch: () throws -> Void
  ) rethrows -> Scores {
    let scorer = scorer(batchSize: batchSize)
    var scores = Scores([LatentScore.l1.rawValue: [], LatentScore.squaredL2.rawValue: []])
    for start in stride(from: 0, to: images.count, by: batchSize) {
      try beforeBatch()
      let batch = ImageSelection(
        images.store, indices: Array(images.indices[start..<min(images.count, start + batchSize)]),
        scale: images.scale)
      for (name, values) in scorer(batch, batchNorm: batchNorm).byName {
        scores.byName[name, default: []] += values
      }
    }
    return scores
  }

  /// What scores images with the weights as they are now, in memory that is kept from call to call.
  public func scorer(batchSize: Int) -> GANomalyScorer {
    GANomalyScorer(Scorer(step, batchSize: batchSize, context: context), latentSize: settings.latentSize)
  }
}

/// A scorer that is ready: see `GANomaly.scorer(batchSize:)`.
public struct GANomalyScorer {
  private let scorer: Scorer
  private let latentSize: Int

  init(_ scorer: Scorer, latentSize: Int) {
    self.scorer = scorer
    self.latentSize = latentSize
  }

  /// Both scores of images, in their order.
  public func callAsFunction(_ images: ImageSelection, batchNorm: BatchNormReading = .running) -> Scores {
    let mode: BatchNormMode = batchNorm == .running ? .runningStatistics : .batchStatistics
    var absolute: [Float] = []
    var squared: [Float] = []
    scorer.forEachBatch(of: images, mode: mode) {
      let distances = Reduction.distancesByImage(
        scorer.latent.pointer, scorer.reencodedLatent.pointer, layout: scorer.layout, count: latentSize)
      absolute += distances.absolute
      squared += distances.squared
    }
    return Scores([LatentScore.l1.rawValue: absolute, LatentScore.squaredL2.rawValue: squared])
  }
}

extension GANomaly: Reconstructing {
  public func reconstruct(_ images: ImageSelection) -> ImageStore {
    var bytes: [UInt8] = []
    let scorer = Scorer(step, batchSize: 64, context: context)
    scorer.forEachBatch(of: images, mode: .runningStatistics) {
      let values = ActivationLayout.imageMajor(
        scorer.reconstruction.pointer, layout: scorer.layout, count: image.count)
      bytes += values.map(images.scale.byte(nearestTo:))
    }
    return ImageStore(shape: image, bytes: bytes)
  }
}

extension GANomaly: FeatureExtracting {
  public var featureCount: Int { step.discriminator.featureShape.count }

  /// The discriminator's features f(x), those of figure 6b.
  public func features(_ images: ImageSelection) -> [Float] {
    let discriminator = step.discriminator
    let pass = Pass(of: discriminator.network, capacity: 64)
    let batch = FloatBuffer(count: BatchLayout.capacity(images: 64, perImage: image.count))
    var rows: [Float] = []
    for start in stride(from: 0, to: images.count, by: 64) {
      let indices = images.indices[start..<min(images.count, start + 64)]
      let layout = BatchLayout(images: indices.count)
      images.load(indices, into: batch, layout: layout)
      discriminator.network.forward(
        batch, layout: layout, weights: step.discriminatorWeights, mode: .runningStatistics, pass: pass,
        context: context)
      rows += ActivationLayout.imageMajor(
        pass.output(of: discriminator.featureBlock).pointer, layout: layout, count: featureCount)
    }
    return rows
  }
}
