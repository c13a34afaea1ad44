import Diagnostics
import Images
import Kernels
import NeuralNetworks
import Randomness
import Settings

/// AnoGAN (Schlegl et al. 2017, arXiv 1703.05921): a GAN of normal images; an image is anomalous when no latent vector
/// is found whose image is like it.
///
/// Networks and settings are those of the implementation that the authors of EGBAD compare with. Moving averages of
/// the weights score; there, they are of the generator's alone.
public final class AnoGAN {
  public let settings: AnoGANSettings
  public let image: ImageShape
  let step: AnoGANStep
  let context: ComputeContext
  private let seed: UInt64
  private let loop: EpochCourse

  /// Networks for images of `image`, with weights drawn from `seed`.
  ///
  /// - Precondition: images are square, with a side that is a multiple of 4.
  public init(image: ImageShape, settings: AnoGANSettings, seed: UInt64, context: ComputeContext) {
    precondition(
      image.width == image.height && image.height % 4 == 0, "\(image) has no quarter of its side")
    self.settings = settings
    self.image = image
    self.seed = seed
    self.context = context
    loop = EpochCourse(seed: seed, lossNames: AnoGANLosses.names)
    step = AnoGANStep(
      image: Shape(image.channels, image.height, image.width), settings: settings, seed: seed,
      context: context)
  }
}

extension AnoGAN: InterimTrained {
  public var epochs: Int { settings.epochs }

  /// One pass over the images in random order; the last incomplete batch is dropped.
  ///
  /// - Throws: `TrainingFailure` when a loss is not finite, and what `progress` throws.
  public func begin(epoch: Int, on images: ImageSelection) {
    let pass = ImagePass(name: "epoch \(epoch)", lossNames: AnoGANLosses.names)
    loop.begin(
      epoch: epoch, [pass], on: images, batches: BatchRule(size: settings.batchSize, dropsIncomplete: true))
  }

  public func interimAdvance() throws -> TrainingAdvance {
    try loop.advance { batch in
      let name = "epoch \(batch.epoch)/step \(batch.step)"
      var losses = AnoGANLosses()
      batch.images.load(batch.indices, into: step.images, layout: batch.layout)
      step.draw(seed: seed, name: "\(name)/discriminator", layout: batch.layout)
      step.trainDiscriminator(batch.layout, &losses)
      step.draw(seed: seed, name: "\(name)/generator", layout: batch.layout)
      step.trainGenerator(batch.layout, &losses)
      return StepResult(losses: losses.values)
    }
  }

  /// Searches each image's latent vector, image batches one after the other; see `LatentSearch`.
  ///
  /// `beforeBatch` is called before each of Adam's steps, since a batch takes hundreds of them.
  public func interimScore(
    _ images: ImageSelection, batchNorm: BatchNormReading, batchSize: Int, beforeBatch: () throws -> Void
  ) rethrows -> Scores {
    let search = LatentSearch(
      step, settings: settings, capacity: min(batchSize, max(1, images.count)), context: context)
    var scores = CombinedScores(featureWeight: settings.featureWeight)
    try images.forEachBatch(of: batchSize) { indices in
      search.load(indices, of: images, seed: seed)
      try search.run(beforeStep: beforeBatch)
      scores.append(reconstruction: search.imageDistances, feature: search.featureDistances)
    }
    return scores.scores
  }

  /// The moving averages, which score, each under `network_average/block.tensor`.
  public var weights: [NamedTensor] { parts.weights }

  public func load(weights: [NamedTensor]) throws(Problem) { try parts.load(weights: weights) }
}

extension AnoGAN: Resumable {
  public var position: TrainingPosition { loop.position }

  public var state: DetectorState { parts.state }

  public func restore(_ state: DetectorState) throws(Problem) { try parts.restore(state) }

  private var parts: TrainedParts {
    TrainedParts(
      networks: [], trainingOnly: [step.generator, step.discriminator],
      others: step.generatorAverage.places(step.generator)
        + step.discriminatorAverage.places(step.discriminator), loop: loop)
  }
}
