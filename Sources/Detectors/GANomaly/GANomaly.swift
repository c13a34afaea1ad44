import Images
import Kernels
import NeuralNetworks
import Settings

/// GANomaly (Akcay et al. 2018, arXiv 1805.06725): an encoder-decoder-encoder generator trained against a
/// discriminator on normal images; an image whose latent vector is not found again is anomalous.
public final class GANomaly {
  public let settings: GANomalySettings
  public let image: ImageShape
  let step: TrainingStep
  let context: ComputeContext
  private let seed: UInt64
  /// How often the discriminator was drawn anew.
  public private(set) var redraws = 0
  let loop: EpochCourse

  /// Networks for images of `image`, with weights drawn from `seed`.
  ///
  /// - Precondition: images are square, with a side of 4·2^k, k ≥ 3.
  public init(image: ImageShape, settings: GANomalySettings, seed: UInt64, context: ComputeContext) {
    let side = image.height
    precondition(
      image.width == side && side >= 32 && side.nonzeroBitCount == 1, "no pyramid from \(image) down to 4×4")
    self.settings = settings
    self.image = image
    self.seed = seed
    self.context = context
    loop = EpochCourse(seed: seed, lossNames: GANomalyLosses.names)
    step = TrainingStep(
      image: Shape(image.channels, image.height, image.width), settings: settings,
      batchSize: settings.batchSize, context: context)
    step.generatorWeights.draw(for: step.generator.network, seed: seed, purpose: "initialisation")
    step.discriminatorWeights.draw(for: step.discriminator.network, seed: seed, purpose: "initialisation")
  }
}

extension GANomaly: InterimTrained {
  public var epochs: Int { settings.epochs }

  /// One pass over the images in random order; the last incomplete batch is dropped. An epoch that was left in
  /// the middle continues with its next step.
  ///
  /// - Throws: `TrainingFailure` when a loss is not finite or the discriminator was drawn anew too often in this
  ///   epoch, and what `progress` throws.
  /// - Precondition: there is at least one whole batch.
  public func begin(epoch: Int, on images: ImageSelection) {
    let pass = ImagePass(name: "epoch \(epoch)", lossNames: GANomalyLosses.names)
    loop.begin(
      epoch: epoch, [pass], on: images, batches: BatchRule(size: settings.batchSize, dropsIncomplete: true))
  }

  public func interimAdvance() throws -> TrainingAdvance {
    try loop.advance { batch in
      batch.images.load(batch.indices, into: step.batch, layout: batch.layout)
      let losses = step(batch.layout)
      // A step that has diverged fails as such.
      if losses.generator.isFinite,
        step.objective.hasCollapsed(losses, threshold: settings.redrawThreshold)
      {
        try redrawDiscriminator(batch)
        return StepResult(losses: losses.values, hasReinitialized: true)
      }
      return StepResult(losses: losses.values)
    }
  }

  /// Adam's state and the running statistics stay, as in the reference code.
  private func redrawDiscriminator(_ batch: TrainingBatch) throws(TrainingFailure) {
    redraws += 1
    let limit = settings.redrawLimit
    if limit > 0, batch.reinitializations >= limit {
      throw TrainingFailure(
        .collapsed,
        "the discriminator collapsed: it was drawn anew more than \(limit) \(limit == 1 ? "time" : "times") in "
          + "epoch \(batch.epoch)",
        hint: "raise detector.redraw_limit, or lower detector.redraw_threshold")
    }
    step.discriminatorWeights.draw(for: step.discriminator.network, seed: seed, purpose: "redraw \(redraws)")
  }

  /// Puts the training back where another process left it.
  func continueTraining(redraws: Int) { self.redraws = redraws }
}
