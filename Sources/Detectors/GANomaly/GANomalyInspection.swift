import Images
import Kernels
import NeuralNetworks
import Settings

/// One of GANomaly's two networks.
public enum GANomalyNetwork: Sendable, CaseIterable {
  case generator
  case discriminator
}

/// The outputs of a training step's last forward passes, image by image (NCHW).
public struct GANomalyOutputs: Sendable {
  /// x̂.
  public let reconstruction: [Float]
  /// z.
  public let latent: [Float]
  /// ẑ.
  public let reencodedLatent: [Float]
  /// D(x).
  public let realPrediction: [Float]
  /// D(x̂).
  public let fakePrediction: [Float]
  /// f(x).
  public let realFeatures: [Float]
  /// f(x̂).
  public let fakeFeatures: [Float]
}

/// The outputs of scoring one batch, image by image.
public struct GANomalyScoring: Sendable {
  /// x̂.
  public let reconstruction: [Float]
  /// z.
  public let latent: [Float]
  /// ẑ.
  public let reencodedLatent: [Float]
  /// For each image, the mean of |z − ẑ|.
  public let l1: [Float]
  /// For each image, the mean of (z − ẑ)².
  public let squaredL2: [Float]
}

/// Access to the intermediate results of GANomaly's training and scoring, for number-by-number checks.
public struct GANomalyInspection {
  private let detector: GANomaly

  init(_ detector: GANomaly) { self.detector = detector }

  /// Inspects an untrained detector.
  ///
  /// - Parameter engine: nil for the CPU.
  public init(
    image: ImageShape, settings: GANomalySettings, seed: UInt64, context: ComputeContext,
    engine: (any Engine)? = nil
  ) {
    self.init(
      GANomaly(
        DetectorSetup(image: image, settings: settings, seed: seed, context: context, engine: engine)))
  }

  private var trainer: GANomalyTrainer { detector.trainer }

  /// Takes one training step on `count` images, given as pixel values, image by image.
  public func trainingStep(onImages values: [Float], count: Int) -> GANomalyLosses {
    trainer.load(imageMajor: values, images: count)
    return trainer.losses(trainer.optimize())
  }

  /// The outputs of the last training step's forward passes.
  public var outputs: GANomalyOutputs {
    func values(_ buffer: FloatBuffer, _ count: Int) -> [Float] {
      trainer.engine.imageMajor(buffer, layout: trainer.layout, count: count)
    }
    let (features, latent) = (trainer.featureCount, trainer.settings.latentSize)
    return GANomalyOutputs(
      reconstruction: values(trainer.reconstruction, trainer.imageCount),
      latent: values(trainer.latent, latent), reencodedLatent: values(trainer.reencodedLatent, latent),
      realPrediction: values(trainer.predictions(trainer.realPass), 1),
      fakePrediction: values(trainer.predictions(trainer.fakePass), 1),
      realFeatures: values(trainer.features(trainer.realPass), features),
      fakeFeatures: values(trainer.features(trainer.fakePass), features))
  }

  /// A network's parameters and running statistics, in layer order.
  public func layout(of network: GANomalyNetwork) -> ParameterLayout { trained(network).network.layout }

  /// A network's parameters, shared with the detector: writing here changes its weights.
  public func parameters(of network: GANomalyNetwork) -> FloatBuffer { trained(network).weights.parameters }

  /// A network's running statistics, shared likewise.
  public func runningStatistics(of network: GANomalyNetwork) -> FloatBuffer {
    trained(network).weights.running
  }

  /// The gradients of the last training step, laid out like the parameters.
  public func gradients(of network: GANomalyNetwork) -> FloatBuffer { trained(network).gradients }

  private func trained(_ network: GANomalyNetwork) -> TrainedNetwork {
    switch network {
    case .generator: trainer.trainedGenerator
    case .discriminator: trainer.trainedDiscriminator
    }
  }

  /// Everything that scoring computes for one batch of `count` images, given as pixel values; changes nothing.
  public func scores(ofImages values: [Float], count: Int, batchNorm: BatchNormStatistics) -> GANomalyScoring
  {
    let evaluator = detector.modelEvaluator(batchSize: count)
    evaluator.load(imageMajor: values, images: count, batchNorm: batchNorm)
    let scores = evaluator.evaluate().byName
    let latentSize = detector.settings.latentSize
    return GANomalyScoring(
      reconstruction: evaluator.values(evaluator.reconstruction, detector.image.count),
      latent: evaluator.values(evaluator.latent, latentSize),
      reencodedLatent: evaluator.values(evaluator.reencodedLatent, latentSize),
      l1: scores[LatentScore.l1.rawValue] ?? [], squaredL2: scores[LatentScore.squaredL2.rawValue] ?? [])
  }
}
