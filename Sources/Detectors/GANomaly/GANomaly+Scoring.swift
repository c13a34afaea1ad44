import Images
import Kernels
import NeuralNetworks
import Settings

extension GANomaly {
  /// Anomaly scores: the distance between z and ẑ, by both norms from one pass.
  public func score(_ images: ImageSelection, batchNorm: BatchNormReading, batchSize: Int) -> Scores {
    let mode: BatchNormMode = batchNorm == .running ? .runningStatistics : .batchStatistics
    var absolute: [Float] = []
    var squared: [Float] = []
    let scorer = Scorer(step, batchSize: batchSize, context: context)
    scorer.forEachBatch(of: images, mode: mode) { count in
      let distances = Elementwise.distancesByImage(
        scorer.latent.pointer, scorer.reencodedLatent.pointer, images: count, channels: settings.latentSize)
      absolute += distances.absolute
      squared += distances.squared
    }
    return Scores([.l1: absolute, .squaredL2: squared])
  }
}

extension GANomaly: Reconstructing {
  public func reconstruct(_ images: ImageSelection) -> ImageStore {
    var bytes: [UInt8] = []
    let scorer = Scorer(step, batchSize: 64, context: context)
    scorer.forEachBatch(of: images, mode: .runningStatistics) { count in
      let values = ActivationLayout.imageMajor(
        scorer.reconstruction.pointer, images: count, channels: image.channels,
        pixels: image.height * image.width)
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
    let batch = FloatBuffer(count: image.count * 64)
    let shape = discriminator.featureShape
    var rows: [Float] = []
    for start in stride(from: 0, to: images.count, by: 64) {
      let indices = images.indices[start..<min(images.count, start + 64)]
      step.load(indices, of: images, into: batch)
      discriminator.network.forward(
        batch, images: indices.count, weights: step.discriminatorWeights, mode: .runningStatistics,
        pass: pass,
        context: context)
      rows += ActivationLayout.imageMajor(
        pass.outputs[discriminator.featureBlock].pointer, images: indices.count, channels: shape.channels,
        pixels: shape.pixels)
    }
    return rows
  }
}
