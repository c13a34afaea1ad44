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

/// The inner quantities of a training step, for whoever checks them number by number.
extension GANomaly {
  /// One training step on images given as numbers, `count` of them, one after the other.
  public func trainingStep(onImages values: [Float], count: Int) -> GANomalyLosses {
    let layout = BatchLayout(images: count, padsSmallBatches: true)
    ActivationLayout.load(step.batch.pointer, imageMajor: values, layout: layout, count: image.count)
    return step(layout)
  }

  /// The forward outputs of the last training step.
  public var outputs: GANomalyOutputs {
    func values(_ buffer: FloatBuffer, _ count: Int) -> [Float] {
      ActivationLayout.imageMajor(buffer.pointer, layout: step.layout, count: count)
    }
    let (features, latent) = (featureCount, settings.latentSize)
    return GANomalyOutputs(
      reconstruction: values(step.reconstruction, image.count),
      latent: values(step.latent, latent), reencodedLatent: values(step.reencodedLatent, latent),
      realPrediction: values(step.predictions(step.realPass), 1),
      fakePrediction: values(step.predictions(step.fakePass), 1),
      realFeatures: values(step.features(step.realPass), features),
      fakeFeatures: values(step.features(step.fakePass), features))
  }

  /// The tensors of a network in the order of its layers: parameters, and running statistics.
  public func layout(of network: GANomalyNetwork) -> ParameterLayout { parts(network).network.layout }

  public func parameters(of network: GANomalyNetwork) -> FloatBuffer { parts(network).weights.parameters }

  public func runningStatistics(of network: GANomalyNetwork) -> FloatBuffer { parts(network).weights.running }

  /// The gradients that the last training step used.
  public func gradients(of network: GANomalyNetwork) -> FloatBuffer { parts(network).gradients }

  private func parts(
    _ network: GANomalyNetwork
  ) -> (network: Network, weights: NetworkWeights, gradients: FloatBuffer) {
    switch network {
    case .generator: (step.generator.network, step.generatorWeights, step.generatorGradients)
    case .discriminator: (step.discriminator.network, step.discriminatorWeights, step.discriminatorGradients)
    }
  }

  /// Everything that scoring computes for images given as numbers, as one batch; changes nothing.
  public func scores(ofImages values: [Float], count: Int, batchNorm: BatchNormReading) -> GANomalyScoring {
    let scorer = Scorer(step, batchSize: count, context: context)
    scorer.forward(
      imageMajor: values, images: count, mode: batchNorm == .running ? .runningStatistics : .batchStatistics)
    let distances = Reduction.distancesByImage(
      scorer.latent.pointer, scorer.reencodedLatent.pointer, layout: scorer.layout, count: settings.latentSize
    )
    func imageMajor(_ buffer: FloatBuffer, _ count: Int) -> [Float] {
      ActivationLayout.imageMajor(buffer.pointer, layout: scorer.layout, count: count)
    }
    return GANomalyScoring(
      reconstruction: imageMajor(scorer.reconstruction, image.count),
      latent: imageMajor(scorer.latent, settings.latentSize),
      reencodedLatent: imageMajor(scorer.reencodedLatent, settings.latentSize), l1: distances.absolute,
      squaredL2: distances.squared)
  }
}
