import Diagnostics
import Images
import Kernels
import NeuralNetworks
import Settings

/// Skip-GANomaly (Akcay et al. 2019, arXiv 1901.08954): a U-Net that rebuilds normal images, trained against a
/// discriminator whose latent vector is compared as well.
public final class SkipGANomaly {
  public let settings: SkipGANomalySettings
  public let image: ImageShape
  let step: SkipGANomalyStep
  let context: ComputeContext
  private let loop: EpochCourse

  /// Networks for images of `image`, with weights drawn from `seed`.
  ///
  /// - Precondition: images are square, with a side of 2^k, k ≥ 5.
  public init(image: ImageShape, settings: SkipGANomalySettings, seed: UInt64, context: ComputeContext) {
    let side = image.height
    precondition(
      image.width == side && side >= 32 && side.nonzeroBitCount == 1, "no pyramid from \(image) down to 4×4")
    self.settings = settings
    self.image = image
    self.context = context
    loop = EpochCourse(seed: seed, lossNames: SkipGANomalyLosses.names)
    step = SkipGANomalyStep(
      image: Shape(image.channels, image.height, image.width), settings: settings, seed: seed,
      context: context)
  }

  /// The learning rate of an epoch, from 1: whole for `constantEpochs`, then falling along a line that would reach
  /// zero with epoch `constantEpochs` + `decayEpochs` + 1.
  static func learningRate(epoch: Int, _ settings: SkipGANomalySettings) -> Double {
    let late = Double(max(0, epoch - settings.constantEpochs))
    return settings.learningRate * max(0, 1 - late / Double(settings.decayEpochs + 1))
  }
}

extension SkipGANomaly: InterimTrained {
  public var epochs: Int { settings.epochs }

  /// One pass over the images in random order; the last incomplete batch is dropped.
  ///
  /// - Throws: `TrainingFailure` when a loss is not finite, and what `progress` throws.
  public func begin(epoch: Int, on images: ImageSelection) {
    let pass = ImagePass(name: "epoch \(epoch)", lossNames: SkipGANomalyLosses.names)
    loop.begin(
      epoch: epoch, [pass], on: images, batches: BatchRule(size: settings.batchSize, dropsIncomplete: true))
  }

  public func interimAdvance() throws -> TrainingAdvance {
    try loop.advance { batch in
      batch.images.load(batch.indices, into: step.images, layout: batch.layout)
      let rate = Self.learningRate(epoch: batch.epoch, settings)
      return StepResult(losses: step(batch.layout, learningRate: rate).values)
    }
  }

  /// (1 − w)·mean (x − x̂)² + w·mean (f(x) − f(x̂))² of each image, and both means by themselves.
  public func interimScore(
    _ images: ImageSelection, batchNorm: BatchNormReading, batchSize: Int, beforeBatch: () throws -> Void
  ) rethrows -> Scores {
    let scorer = SkipGANomalyScorer(step, capacity: min(batchSize, max(1, images.count)), context: context)
    let mode: BatchNormMode = batchNorm == .running ? .runningStatistics : .batchStatistics
    var scores = CombinedScores(featureWeight: settings.featureWeight)
    try images.forEachBatch(of: batchSize) { indices in
      try beforeBatch()
      scorer.load(indices, of: images, for: mode)
      scorer.forward(mode)
      scores.append(reconstruction: scorer.imageDistances, feature: scorer.featureDistances)
    }
    return scores.scores
  }

  /// Parameters and running statistics of both networks, each under `network/block.tensor`.
  public var weights: [NamedTensor] { parts.weights }

  public func load(weights: [NamedTensor]) throws(Problem) { try parts.load(weights: weights) }
}

extension SkipGANomaly: Resumable {
  public var position: TrainingPosition { loop.position }

  public var state: DetectorState { parts.state }

  public func restore(_ state: DetectorState) throws(Problem) { try parts.restore(state) }

  private var parts: TrainedParts {
    TrainedParts(networks: [step.generator, step.discriminator], loop: loop)
  }
}

extension SkipGANomaly: Reconstructing {
  public func reconstruct(_ images: ImageSelection) -> ImageStore {
    let scorer = SkipGANomalyScorer(step, capacity: 64, context: context)
    var bytes: [UInt8] = []
    images.forEachBatch(of: 64) { indices in
      scorer.load(indices, of: images, for: .runningStatistics)
      scorer.reconstruct(.runningStatistics)
      bytes += scorer.values(scorer.reconstruction, image.count).map(images.scale.byte(nearestTo:))
    }
    return ImageStore(shape: image, bytes: bytes)
  }
}

extension SkipGANomaly: FeatureExtracting {
  public var featureCount: Int { step.featureDiscriminator.featureCount }

  /// The discriminator's latent vectors f(x).
  public func features(_ images: ImageSelection) -> [Float] {
    let scorer = SkipGANomalyScorer(step, capacity: 64, context: context)
    var rows: [Float] = []
    images.forEachBatch(of: 64) { indices in
      scorer.load(indices, of: images, for: .runningStatistics)
      scorer.findRealFeatures(.runningStatistics)
      rows += scorer.values(scorer.realFeatures, featureCount)
    }
    return rows
  }
}
