import Diagnostics
import Images
import Kernels
import NeuralNetworks
import Randomness
import Settings

/// EGBAD (Zenati et al. 2018, "Efficient GAN-Based Anomaly Detection", arXiv 1802.06222): a BiGAN, whose encoder
/// finds an image's latent vector in one pass, so that an image and what the generator makes of its vector can be
/// compared, and the discriminator's features of both.
public final class EGBAD {
  public let settings: EGBADSettings
  public let image: ImageShape
  let step: EGBADStep
  let context: ComputeContext
  private let seed: UInt64
  private var order: [Int] = []
  private var batches: BatchRule { BatchRule(size: settings.batchSize, dropsIncomplete: true) }
  private let loop: EpochCourse

  /// Networks for images of `image`, with weights drawn from `seed`.
  ///
  /// - Precondition: images are square, with a side that is a multiple of 4.
  public init(image: ImageShape, settings: EGBADSettings, seed: UInt64, context: ComputeContext) {
    precondition(
      image.width == image.height && image.height % 4 == 0, "\(image) has no quarter of its side")
    self.settings = settings
    self.image = image
    self.seed = seed
    self.context = context
    loop = EpochCourse(seed: seed, lossNames: EGBADLosses.names)
    step = EGBADStep(
      image: Shape(image.channels, image.height, image.width), settings: settings, seed: seed,
      context: context)
  }
}

extension EGBAD: InterimTrained {
  public var epochs: Int { settings.epochs }

  /// One pass over the images in random order, and one in another order for G and E; the last incomplete batch is
  /// dropped.
  ///
  /// - Throws: `TrainingFailure` when a loss is not finite, and what `progress` throws.
  public func begin(epoch: Int, on images: ImageSelection) {
    var stream = RandomStream(seed: seed, name: "batch order/epoch \(epoch)/generator")
    order = stream.nextPermutation(of: images.count).map { images.indices[$0] }
    let pass = ImagePass(name: "epoch \(epoch)", lossNames: EGBADLosses.names)
    loop.begin(epoch: epoch, [pass], on: images, batches: batches)
  }

  public func interimAdvance() throws -> TrainingAdvance {
    try loop.advance { batch in
      let name = "epoch \(batch.epoch)/step \(batch.step)"
      var losses = EGBADLosses()
      batch.images.load(batch.indices, into: step.images, layout: batch.layout)
      step.draw(seed: seed, name: "\(name)/discriminator", layout: batch.layout)
      step.trainDiscriminator(batch.layout, &losses)
      batch.images.load(
        order[batches.range(batch.step, of: batch.images.count)], into: step.images, layout: batch.layout)
      step.draw(seed: seed, name: "\(name)/generator", layout: batch.layout)
      step.trainGenerator(batch.layout, &losses)
      return StepResult(losses: losses.values)
    }
  }

  /// The moving averages, which score, each under `network_average/block.tensor`.
  public var weights: [NamedTensor] { parts.weights }

  public func load(weights: [NamedTensor]) throws(Problem) { try parts.load(weights: weights) }
}

extension EGBAD: Resumable {
  public var position: TrainingPosition { loop.position }

  public var state: DetectorState { parts.state }

  public func restore(_ state: DetectorState) throws(Problem) { try parts.restore(state) }

  private var parts: TrainedParts {
    TrainedParts(
      networks: [], trainingOnly: [step.encoder, step.generator, step.discriminator],
      others: step.averages.encoder.places(step.encoder) + step.averages.generator.places(step.generator)
        + step.averages.discriminator.places(step.discriminator),
      loop: loop)
  }
}
