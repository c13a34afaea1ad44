import Images
import Kernels
import NeuralNetworks
import Randomness
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
  /// The epoch that `fit` was stopped in.
  private(set) var progress = EpochProgress()

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
    step = TrainingStep(
      image: Shape(image.channels, image.height, image.width), settings: settings,
      batchSize: settings.batchSize, context: context)
    step.generatorWeights.draw(for: step.generator.network, seed: seed, purpose: "initialisation")
    step.discriminatorWeights.draw(for: step.discriminator.network, seed: seed, purpose: "initialisation")
  }
}

extension GANomaly: AnomalyDetector {
  public var epochs: Int { settings.epochs }

  /// One pass over the images in random order; the last incomplete batch is dropped. An epoch that was left in
  /// the middle continues with its next step.
  ///
  /// - Throws: `TrainingFailure` when a loss is not finite or the discriminator was drawn anew too often in this
  ///   epoch, and what `progress` throws.
  /// - Precondition: there is at least one whole batch.
  public func fit(
    epoch: Int, on images: ImageSelection, progress report: (StepReport) throws -> Void
  ) throws -> EpochReport {
    let batchSize = settings.batchSize
    precondition(images.count >= batchSize, "\(images.count) images make no batch of \(batchSize)")
    var stream = RandomStream(seed: seed, name: "batch order/epoch \(epoch)")
    let order = stream.nextPermutation(of: images.count).map { images.indices[$0] }
    let steps = images.count / batchSize
    let layout = BatchLayout(images: batchSize, padsSmallBatches: true)
    if progress.epoch != epoch { progress = EpochProgress(epoch: epoch) }
    while progress.steps < steps {
      let first = progress.steps * batchSize
      step.load(order[first..<first + batchSize], of: images, into: step.batch, layout: layout)
      let losses = step(layout)
      try requireFinite(losses, epoch: epoch)
      progress.sum.add(losses)
      progress.steps += 1
      if step.objective.hasCollapsed(losses, threshold: settings.redrawThreshold) {
        try redrawDiscriminator()
      }
      try report(
        StepReport(
          step: progress.steps, steps: steps, images: progress.steps * batchSize,
          lossNames: GANomalyLosses.names, lossValues: losses.values))
    }
    let (sum, redraws) = (progress.sum, progress.redraws)
    progress = EpochProgress()
    return EpochReport(losses: sum.mean(over: steps), images: steps * batchSize, redraws: redraws)
  }

  /// The two sums hold every term.
  private func requireFinite(_ losses: GANomalyLosses, epoch: Int) throws(TrainingFailure) {
    if losses.generator.isFinite, losses.discriminator.isFinite { return }
    let loss = losses.terms.first { !$0.value.isFinite } ?? ("generator", losses.generator)
    throw TrainingFailure(
      .diverged,
      "training diverged: the \(loss.name) loss is \(loss.value.isNaN ? "no number" : "infinite") in epoch \(epoch)",
      hint: "a smaller learning rate may help")
  }

  /// Adam's state and the running statistics stay, as in the reference code.
  private func redrawDiscriminator() throws(TrainingFailure) {
    redraws += 1
    progress.redraws += 1
    let limit = settings.redrawLimit
    if limit > 0, progress.redraws > limit {
      throw TrainingFailure(
        .collapsed,
        "the discriminator collapsed: it was drawn anew more than \(limit) \(limit == 1 ? "time" : "times") in "
          + "epoch \(progress.epoch)",
        hint: "raise detector.redraw_limit, or lower detector.redraw_threshold")
    }
    step.discriminatorWeights.draw(for: step.discriminator.network, seed: seed, purpose: "redraw \(redraws)")
  }

  /// Puts the training back where another process left it.
  func continueTraining(from progress: EpochProgress, redraws: Int) {
    self.progress = progress
    self.redraws = redraws
  }
}

extension TrainingStep {
  /// Fills a buffer with some of a selection's images, given by their positions in its store.
  func load(
    _ indices: ArraySlice<Int>, of images: ImageSelection, into batch: FloatBuffer, layout: BatchLayout
  ) {
    let count = generator.network.input.count
    images.store.bytes.withUnsafeBufferPointer { bytes in
      images.scale.table.withUnsafeBufferPointer { table in
        guard let bytes = bytes.baseAddress, let table = table.baseAddress else { return }
        ActivationLayout.load(
          batch.pointer, bytes: bytes, indices: indices, table: table, layout: layout, count: count)
      }
    }
  }
}
