import Diagnostics
import Images
import Kernels
import NeuralNetworks
import Settings

/// A convolutional autoencoder whose anomaly score is the reconstruction error: the DCAE that Ruff et al. (*Deep
/// One-Class Classification*, 2018) compare with, with their preprocessing.
public final class Autoencoder {
  public let settings: AutoencoderSettings
  public let image: ImageShape
  let step: AutoencoderStep
  let normalization: ContrastNormalization
  let context: ComputeContext
  private let loop: EpochCourse

  static let lossNames = ["reconstruction"]

  /// A network for images of `image`, with weights drawn from `seed` (Glorot's uniform ones).
  ///
  /// - Precondition: images are square, with a side of 2^k, at least 32.
  public init(image: ImageShape, settings: AutoencoderSettings, seed: UInt64, context: ComputeContext) {
    self.settings = settings
    self.image = image
    self.context = context
    loop = EpochCourse(seed: seed, lossNames: Self.lossNames)
    normalization = ContrastNormalization(batchSize: settings.batchSize)
    let leNet = LeNet(
      image: Shape(image.channels, image.height, image.width), size: settings.network,
      latentSize: settings.latentSize)
    step = AutoencoderStep(
      leNet, learningRate: settings.learningRate, weightDecay: settings.weightDecay,
      batchSize: settings.batchSize, context: context)
    step.trained.weights.draw(
      for: step.network.network, seed: seed, purpose: "initialisation", weights: LeNet.initialisation)
  }

  private var parts: TrainedParts {
    TrainedParts(networks: [step.trained], others: [normalization.place], loop: loop)
  }
}

extension Autoencoder: InterimTrained {
  public var epochs: Int { settings.epochs }

  /// One pass over the images in random order; a last batch of a single image is left out.
  ///
  /// - Throws: `TrainingFailure` when the loss is not finite, and what `progress` throws.
  /// - Precondition: there are at least two images.
  public func begin(epoch: Int, on images: ImageSelection) {
    normalization.measure(images)
    let pass = ImagePass(name: "epoch \(epoch)", lossNames: Self.lossNames)
    loop.begin(epoch: epoch, [pass], on: images, batches: BatchRule(size: settings.batchSize, smallest: 2))
  }

  public func interimAdvance() throws -> TrainingAdvance {
    try loop.advance { batch in
      normalization.load(batch.indices, of: batch.images, into: step.batch, layout: batch.layout)
      let rate = StepSchedule(rate: settings.learningRate, epochs: settings.lowerRateAfter)(
        epoch: batch.epoch)
      return StepResult(losses: SIMD8(step(batch.layout, learningRate: rate), 0, 0, 0, 0, 0, 0, 0))
    }
  }

  /// Parameters and running statistics, each under `autoencoder/block.tensor`, and the preprocessing's range.
  public var weights: [NamedTensor] { parts.weights }

  public func load(weights: [NamedTensor]) throws(Problem) { try parts.load(weights: weights) }
}

extension Autoencoder: Resumable {
  public var position: TrainingPosition { loop.position }

  public var state: DetectorState { parts.state }

  public func restore(_ state: DetectorState) throws(Problem) { try parts.restore(state) }
}

extension LeNet {
  /// Glorot's uniform weights, with the gain of a leaky ReLU of slope 0.01.
  static let initialisation = WeightInitialisation.glorotUniform(gain: (2 / (1 + 1e-4)).squareRoot())
}

extension ContrastNormalization {
  /// What scoring needs of it.
  var place: TensorPlace { TensorPlace("preprocessing/range", shape: [2], in: range) }
}

extension AutoencoderSettings: DetectorMaking {
  public func makeDetector(
    image: ImageShape, scale: PixelScale, seed: UInt64, context: ComputeContext
  ) -> any AnomalyDetector {
    Autoencoder(image: image, settings: self, seed: seed, context: context)
  }
}
