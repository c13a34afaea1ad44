import Images
import Kernels
import NeuralNetworks
import Settings

extension EGBAD {
  /// (1 − w)·‖x − G(E(x))‖₁ + w·‖f(x, E(x)) − f(G(E(x)), E(x))‖₁ of each image, and both norms by themselves: sums,
  /// with the moving averages of the weights and running statistics, so that no score depends on its batch.
  public func interimScore(
    _ images: ImageSelection, batchNorm: BatchNormReading, batchSize: Int, beforeBatch: () throws -> Void
  ) rethrows -> Scores {
    let scorer = EGBADScorer(step, capacity: min(batchSize, max(1, images.count)), context: context)
    var scores = CombinedScores(featureWeight: settings.featureWeight)
    try images.forEachBatch(of: batchSize) { indices in
      try beforeBatch()
      scorer.load(indices, of: images)
      scorer.forward()
      scores.append(reconstruction: scorer.imageDistances, feature: scorer.featureDistances)
    }
    return scores.scores
  }
}

extension EGBAD: Reconstructing {
  /// G(E(x))
  public func reconstruct(_ images: ImageSelection) -> ImageStore {
    let scorer = EGBADScorer(step, capacity: 64, context: context)
    var bytes: [UInt8] = []
    images.forEachBatch(of: 64) { indices in
      scorer.load(indices, of: images)
      scorer.reconstruct()
      bytes += scorer.values(scorer.reconstruction, image.count).map(images.scale.byte(nearestTo:))
    }
    return ImageStore(shape: image, bytes: bytes)
  }
}

extension EGBAD: FeatureExtracting {
  public var featureCount: Int {
    step.networks.discriminator.count(step.networks.discriminator.joint)
  }

  /// The discriminator's features f(x, E(x)).
  public func features(_ images: ImageSelection) -> [Float] {
    let scorer = EGBADScorer(step, capacity: 64, context: context)
    var rows: [Float] = []
    images.forEachBatch(of: 64) { indices in
      scorer.load(indices, of: images)
      scorer.forward()
      rows += scorer.values(scorer.realFeatures, featureCount)
    }
    return rows
  }
}

/// Runs the averaged networks over batches, in memory of its own.
final class EGBADScorer {
  /// The batch x.
  let batch: FloatBuffer
  var layout: BatchLayout
  private let networks: EGBADNetworks
  private let averages: EGBADAverages
  private let context: ComputeContext
  private let encoderPass: Pass
  private let generatorPass: Pass
  private let realPass: JointPass
  private let rebuiltPass: JointPass

  /// - Parameter capacity: the most images in a batch.
  init(_ step: EGBADStep, capacity: Int, context: ComputeContext) {
    networks = step.networks
    averages = step.averages
    self.context = context
    layout = BatchLayout(images: capacity, padsSmallBatches: true)
    batch = FloatBuffer(
      count: BatchLayout.capacity(images: capacity, perImage: networks.encoder.input.count))
    encoderPass = Pass(of: networks.encoder, capacity: capacity)
    generatorPass = Pass(of: networks.generator.network, capacity: capacity)
    realPass = JointPass(of: networks.discriminator, capacity: capacity, dropout: nil)
    rebuiltPass = JointPass(of: networks.discriminator, capacity: capacity, dropout: nil)
  }

  func load(_ indices: ArraySlice<Int>, of images: ImageSelection) {
    layout = BatchLayout(images: indices.count, padsSmallBatches: true)
    images.load(indices, into: batch, layout: layout)
  }

  /// G(E(x))
  func reconstruct() {
    networks.encoder.forward(
      batch, layout: layout, weights: averages.encoder.weights, mode: .runningStatistics, pass: encoderPass,
      context: context)
    networks.generator.forward(
      code, layout: layout, weights: averages.generator.weights, mode: .runningStatistics,
      pass: generatorPass, context: context)
  }

  /// G(E(x)), f(x, E(x)) and f(G(E(x)), E(x))
  func forward() {
    reconstruct()
    for (pass, x) in [(realPass, batch), (rebuiltPass, reconstruction)] {
      pass.forward(
        x, code, layout: layout, weights: averages.discriminator.weights, mode: .runningStatistics,
        context: context)
    }
  }

  private var code: FloatBuffer { networks.latent(encoderPass) }
  var reconstruction: FloatBuffer { networks.generator.image(generatorPass) }
  var realFeatures: FloatBuffer { realPass.features }

  /// ‖x − G(E(x))‖₁ of each image.
  var imageDistances: [Double] {
    Reduction.absoluteSumsByImage(
      batch.pointer, reconstruction.pointer, layout: layout, count: networks.encoder.input.count)
  }

  /// ‖f(x, E(x)) − f(G(E(x)), E(x))‖₁ of each image.
  var featureDistances: [Double] {
    Reduction.absoluteSumsByImage(
      realPass.features.pointer, rebuiltPass.features.pointer, layout: layout,
      count: networks.discriminator.count(networks.discriminator.joint))
  }

  /// A buffer's numbers, image by image.
  func values(_ buffer: FloatBuffer, _ count: Int) -> [Float] {
    ActivationLayout.imageMajor(buffer.pointer, layout: layout, count: count)
  }
}
