import Diagnostics
import Images
import Kernels
import NeuralNetworks
import Settings

/// Deep SVDD (Ruff et al., *Deep One-Class Classification*, 2018): a network that draws the embeddings of normal
/// images to a centre; an image whose embedding is far from it is anomalous.
public final class DeepSVDD {
  public let settings: DeepSVDDSettings
  public let image: ImageShape
  let step: DeepSVDDStep
  let pretraining: AutoencoderStep
  let normalization: ContrastNormalization
  let context: ComputeContext
  private let loop: EpochCourse

  /// Networks for images of `image`, with weights drawn from `seed` (Glorot's uniform ones).
  ///
  /// - Precondition: images are square, with a side of 2^k, at least 32.
  public init(image: ImageShape, settings: DeepSVDDSettings, seed: UInt64, context: ComputeContext) {
    self.settings = settings
    self.image = image
    self.context = context
    loop = EpochCourse(seed: seed, lossNames: DeepSVDDLosses.names)
    normalization = ContrastNormalization(batchSize: settings.batchSize)
    let leNet = LeNet(
      image: Shape(image.channels, image.height, image.width), size: settings.network,
      latentSize: settings.latentSize)
    step = DeepSVDDStep(leNet, settings: settings, context: context)
    pretraining = AutoencoderStep(
      leNet, learningRate: settings.pretrainingRate, weightDecay: settings.pretrainingWeightDecay,
      batchSize: settings.batchSize, context: context)
    pretraining.trained.weights.draw(
      for: pretraining.network.network, seed: seed, purpose: "initialisation", weights: LeNet.initialisation)
    takeOverEncoder()
  }

  /// Scoring needs the encoder, the sphere and the preprocessing's range.
  private var parts: TrainedParts {
    TrainedParts(
      networks: [step.trained], trainingOnly: [pretraining.trained],
      others: [
        TensorPlace("sphere/centre", shape: [step.sphere.centre.count], in: step.sphere.centre),
        TensorPlace("sphere/radius", shape: [1], in: step.sphere.radius), normalization.place,
      ], loop: loop)
  }

  /// The autoencoder's encoder becomes φ: the first of its parameters and running statistics.
  private func takeOverEncoder() {
    let (from, to) = (pretraining.trained.weights, step.trained.weights)
    to.parameters.pointer.update(from: from.parameters.pointer, count: to.parameters.count)
    to.running.pointer.update(from: from.running.pointer, count: to.running.count)
  }

  /// The mean of all training images' embeddings becomes the centre.
  private func setCentre(of images: ImageSelection) {
    var sums = [Double](repeating: 0, count: step.sphere.centre.count)
    let embedder = Embedder(self, batchSize: settings.batchSize)
    images.forEachBatch(of: settings.batchSize) { indices in
      let layout = embedder.embed(indices, of: images)
      step.sphere.add(embedder.embeddings, to: &sums, layout: layout)
    }
    step.sphere.setCentre(sums: sums, count: images.count, smallest: settings.smallestCoordinate)
  }
}

extension DeepSVDD: InterimTrained {
  public var epochs: Int { settings.epochs }

  /// One pass over the images in random order; a last batch of a single image is left out. The first epoch begins
  /// with the autoencoder's passes, after which the centre is set.
  ///
  /// - Throws: `TrainingFailure` when a loss is not finite, and what `progress` throws.
  /// - Precondition: there are at least two images.
  public func begin(epoch: Int, on images: ImageSelection) {
    normalization.measure(images)
    let pretrainingPasses = epoch == 1 ? settings.pretrainingEpochs : 0
    var passes: [ImagePass] = []
    for pass in 0..<pretrainingPasses {
      passes.append(
        ImagePass(name: "pre-training \(pass + 1)", lossNames: Autoencoder.lossNames, isCounted: false))
    }
    passes.append(ImagePass(name: "epoch \(epoch)", lossNames: DeepSVDDLosses.names))
    loop.begin(epoch: epoch, passes, on: images, batches: BatchRule(size: settings.batchSize, smallest: 2))
  }

  public func interimAdvance() throws -> TrainingAdvance {
    try loop.advance { batch in
      let pretrainingPasses = batch.epoch == 1 ? settings.pretrainingEpochs : 0
      if batch.pass < pretrainingPasses { return StepResult(losses: pretrain(batch, of: batch.images)) }
      if batch.epoch == 1, batch.step == 0 {
        takeOverEncoder()
        setCentre(of: batch.images)
      }
      return StepResult(losses: train(batch, of: batch.images, epoch: batch.epoch))
    }
  }

  private func pretrain(_ batch: TrainingBatch, of images: ImageSelection) -> SIMD8<Double> {
    let schedule = StepSchedule(
      rate: settings.pretrainingRate, epochs: settings.pretrainingLowerRateAfter)
    normalization.load(batch.indices, of: images, into: pretraining.batch, layout: batch.layout)
    let loss = pretraining(batch.layout, learningRate: schedule(epoch: batch.pass + 1))
    return SIMD8(loss, 0, 0, 0, 0, 0, 0, 0)
  }

  private func train(_ batch: TrainingBatch, of images: ImageSelection, epoch: Int) -> SIMD8<Double> {
    let schedule = StepSchedule(rate: settings.learningRate, epochs: settings.lowerRateAfter)
    normalization.load(batch.indices, of: images, into: step.batch, layout: batch.layout)
    return step(
      batch.layout, learningRate: schedule(epoch: epoch), setsRadius: epoch > settings.warmUp
    ).values
  }

  /// Parameters and running statistics, each under `encoder/block.tensor`, centre and radius of the sphere, and the
  /// preprocessing's range.
  public var weights: [NamedTensor] { parts.weights }

  public func load(weights: [NamedTensor]) throws(Problem) { try parts.load(weights: weights) }
}

extension DeepSVDD: Resumable {
  public var position: TrainingPosition { loop.position }

  public var state: DetectorState { parts.state }

  public func restore(_ state: DetectorState) throws(Problem) { try parts.restore(state) }
}

extension DeepSVDDSettings: DetectorMaking {
  public func makeDetector(
    image: ImageShape, scale: PixelScale, seed: UInt64, context: ComputeContext
  ) -> any AnomalyDetector {
    DeepSVDD(image: image, settings: self, seed: seed, context: context)
  }
}
