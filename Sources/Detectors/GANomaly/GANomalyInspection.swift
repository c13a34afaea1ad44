import Images
import Kernels
import NeuralNetworks
import Settings

/// A network of GANomaly, seen from outside.
public enum GANomalyNetwork: Sendable, CaseIterable {
  case generator
  case discriminator
}

/// What the last forward passes of a training step gave; images lie one after the other (torch's NCHW).
public struct GANomalyOutputs: Sendable {
  public let reconstruction: [Float]
  public let latent: [Float]
  public let reencodedLatent: [Float]
  public let realPrediction: [Float]
  public let fakePrediction: [Float]
  public let realFeatures: [Float]
  public let fakeFeatures: [Float]
}

/// What scoring one batch gave: x̂, z and ẑ, image by image, and a score of each kind for each image.
public struct GANomalyScoring: Sendable {
  public let reconstruction: [Float]
  public let latent: [Float]
  public let reencodedLatent: [Float]
  public let l1: [Float]
  public let squaredL2: [Float]
}

/// The inner quantities of GANomaly's training and scoring, for whoever checks them number by number.
public struct GANomalyInspection {
  private let detector: GANomaly

  init(_ detector: GANomaly) { self.detector = detector }

  /// Of an untrained detector.
  ///
  /// - Parameter engine: nil for the processor.
  public init(
    image: ImageShape, settings: GANomalySettings, seed: UInt64, context: ComputeContext,
    engine: (any Engine)? = nil
  ) {
    self.init(
      GANomaly(
        DetectorSetup(image: image, settings: settings, seed: seed, context: context, engine: engine)))
  }

  private var trainer: GANomalyTrainer { detector.trainer }

  /// One training step on images given as numbers, `count` of them, one after the other.
  public func trainingStep(onImages values: [Float], count: Int) -> GANomalyLosses {
    trainer.load(imageMajor: values, images: count)
    return trainer.optimize()
  }

  /// The forward outputs of the last training step.
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

  /// The tensors of a network in the order of its layers: parameters, and running statistics.
  public func layout(of network: GANomalyNetwork) -> ParameterLayout { trained(network).network.layout }

  public func parameters(of network: GANomalyNetwork) -> FloatBuffer { trained(network).weights.parameters }

  public func runningStatistics(of network: GANomalyNetwork) -> FloatBuffer {
    trained(network).weights.running
  }

  /// The gradients that the last training step used.
  public func gradients(of network: GANomalyNetwork) -> FloatBuffer { trained(network).gradients }

  private func trained(_ network: GANomalyNetwork) -> TrainedNetwork {
    switch network {
    case .generator: trainer.trainedGenerator
    case .discriminator: trainer.trainedDiscriminator
    }
  }

  /// Everything that scoring computes for images given as numbers, as one batch; changes nothing.
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
