import Diagnostics
import Images
import Kernels
import NeuralNetworks
import Randomness
import Settings

/// A variational autoencoder whose anomaly score is the reconstruction probability (An and Cho, *Variational
/// autoencoder based anomaly detection using reconstruction probability*, 2015).
///
/// Pixels are bytes divided by 255, whatever the selection's own scale.
public final class VAE {
  public let settings: VAESettings
  public let image: ImageShape
  let step: VAEStep
  let context: ComputeContext
  let seed: UInt64
  private let loop: EpochCourse

  /// The number for each byte.
  static let pixelTable = (0...255).map { Float($0) / 255 }

  /// Networks for images of `image`, with weights drawn from `seed` (Glorot's uniform ones).
  public init(image: ImageShape, settings: VAESettings, seed: UInt64, context: ComputeContext) {
    self.settings = settings
    self.image = image
    self.seed = seed
    self.context = context
    loop = EpochCourse(seed: seed, lossNames: VAELosses.names)
    step = VAEStep(
      pixels: image.count, settings: settings, batchSize: settings.batchSize, context: context)
    step.trained.weights.draw(
      for: step.networks.network, seed: seed, purpose: "initialisation", weights: .glorotUniform(gain: 1))
  }

  private var parts: TrainedParts { TrainedParts(networks: [step.trained], loop: loop) }
}

extension VAE: InterimTrained {
  public var epochs: Int { settings.epochs }

  /// One pass over the images in random order, with one draw of the latent for each.
  ///
  /// - Throws: `TrainingFailure` when a loss is not finite, and what `progress` throws.
  /// - Precondition: there is at least one image.
  public func begin(epoch: Int, on images: ImageSelection) {
    let pass = ImagePass(name: "epoch \(epoch)", lossNames: VAELosses.names)
    loop.begin(
      epoch: epoch, [pass], on: images, batches: BatchRule(size: settings.batchSize, dropsIncomplete: false))
  }

  public func interimAdvance() throws -> TrainingAdvance {
    try loop.advance { batch in
      batch.images.load(batch.indices, into: step.batch, layout: batch.layout, table: Self.pixelTable)
      var stream = RandomStream(seed: seed, name: "noise/epoch \(batch.epoch)/step \(batch.step)")
      for image in 0..<batch.layout.images {
        step.networks.latent.drawNoise(step.noise, image: image, layout: batch.layout, from: &stream)
      }
      return StepResult(losses: step(batch.layout).values)
    }
  }

  /// Parameters, each under `vae/block.tensor`.
  public var weights: [NamedTensor] { parts.weights }

  public func load(weights: [NamedTensor]) throws(Problem) { try parts.load(weights: weights) }
}

extension VAE: Resumable {
  public var position: TrainingPosition { loop.position }

  public var state: DetectorState { parts.state }

  public func restore(_ state: DetectorState) throws(Problem) { try parts.restore(state) }
}

extension VAESettings: DetectorMaking {
  public func makeDetector(
    image: ImageShape, scale: PixelScale, seed: UInt64, context: ComputeContext
  ) -> any AnomalyDetector {
    VAE(image: image, settings: self, seed: seed, context: context)
  }
}
