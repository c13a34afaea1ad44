import Kernels
import NeuralNetworks
import Settings

/// One optimisation step of GANomaly in the newest objective (V3), and the memory that it works in.
///
/// The discriminator's two passes are computed once, though the reference code runs each twice: its weights do
/// not change in between, so the numbers are the same. Only the running statistics see all four.
final class TrainingStep {
  let generator: Generator
  let discriminator: Discriminator
  let generatorWeights: NetworkWeights
  let discriminatorWeights: NetworkWeights
  let generatorPass: Pass
  let realPass: Pass
  let fakePass: Pass
  let generatorGradients: FloatBuffer
  let discriminatorGradients: FloatBuffer
  let generatorAdam: Adam
  let discriminatorAdam: Adam
  /// The batch x, and its layout.
  let batch: FloatBuffer
  private(set) var layout: BatchLayout

  private let settings: GANomalySettings
  private let context: ComputeContext
  private let workspace: GradientWorkspace
  private let imageGradient: FloatBuffer
  private let imageGradientThroughEncoder2: FloatBuffer
  private let latentGradient: FloatBuffer
  private let featureGradient: FloatBuffer
  private let predictionGradient: FloatBuffer

  /// - Parameter batchSize: the most images in a batch.
  init(image: Shape, settings: GANomalySettings, batchSize: Int, context: ComputeContext) {
    self.settings = settings
    self.context = context
    generator = Generator(image: image, settings: settings)
    discriminator = Discriminator(image: image, settings: settings)
    let (g, d) = (generator.network, discriminator.network)
    generatorWeights = NetworkWeights(for: g)
    discriminatorWeights = NetworkWeights(for: d)
    generatorPass = Pass(of: g, capacity: batchSize)
    realPass = Pass(of: d, capacity: batchSize)
    fakePass = Pass(of: d, capacity: batchSize)
    generatorGradients = FloatBuffer(count: g.parameterCount)
    discriminatorGradients = FloatBuffer(count: d.parameterCount)
    func adam(_ count: Int) -> Adam {
      Adam(
        parameterCount: count, learningRate: settings.learningRate, beta1: settings.beta1,
        beta2: settings.beta2)
    }
    generatorAdam = adam(g.parameterCount)
    discriminatorAdam = adam(d.parameterCount)
    func buffer(_ count: Int) -> FloatBuffer {
      FloatBuffer(count: BatchLayout.capacity(images: batchSize, perImage: count))
    }
    layout = BatchLayout(images: batchSize, padsSmallBatches: true)
    batch = buffer(image.count)
    workspace = GradientWorkspace(for: [g, d], capacity: batchSize)
    imageGradient = buffer(image.count)
    imageGradientThroughEncoder2 = buffer(image.count)
    latentGradient = buffer(settings.latentSize)
    featureGradient = buffer(discriminator.featureShape.count)
    predictionGradient = buffer(1)
  }

  /// x, z, x̂, ẑ and the features of the last pass.
  var latent: FloatBuffer { generatorPass.output(of: generator.latentBlock) }
  var reconstruction: FloatBuffer { generatorPass.output(of: generator.imageBlock) }
  var reencodedLatent: FloatBuffer { generatorPass.output(of: generator.network.blocks.count - 1) }
  func features(_ pass: Pass) -> FloatBuffer { pass.output(of: discriminator.featureBlock) }
  func predictions(_ pass: Pass) -> FloatBuffer { pass.output(of: discriminator.network.blocks.count - 1) }

  /// One step on `batch`: forward, losses, both gradients, both updates.
  ///
  /// - Parameter layout: of the images that were loaded; see `BatchLayout.init(images:padsSmallBatches:)`.
  func callAsFunction(_ layout: BatchLayout) -> GANomalyLosses {
    self.layout = layout
    forward()
    let losses = losses()
    computeGeneratorGradients()
    computeDiscriminatorGradients()
    generatorAdam.step(generatorWeights.parameters, gradient: generatorGradients, context: context)
    discriminatorAdam.step(
      discriminatorWeights.parameters, gradient: discriminatorGradients, context: context)
    return losses
  }

  /// x̂, z, ẑ = G(x), D(x) and D(x̂), all with batch statistics; updates the running statistics.
  private func forward() {
    generator.network.forward(
      batch, layout: layout, weights: generatorWeights, mode: .batchStatistics, pass: generatorPass,
      context: context)
    discriminate(batch, realPass)
    discriminate(reconstruction, fakePass)
    generator.network.updateRunningStatistics(of: generatorWeights, from: generatorPass)
    for _ in 0..<2 {
      discriminator.network.updateRunningStatistics(of: discriminatorWeights, from: realPass)
      discriminator.network.updateRunningStatistics(of: discriminatorWeights, from: fakePass)
    }
  }

  private func discriminate(_ images: FloatBuffer, _ pass: Pass) {
    discriminator.network.forward(
      images, layout: layout, weights: discriminatorWeights, mode: .batchStatistics, pass: pass,
      context: context)
  }

  private var imageCount: Int { generator.network.input.count }
  private var featureCount: Int { discriminator.featureShape.count }

  private func losses() -> GANomalyLosses {
    var losses = GANomalyLosses()
    losses.adversarial = Reduction.meanSquaredDifference(
      features(realPass).pointer, features(fakePass).pointer, layout: layout, count: featureCount)
    losses.contextual = Reduction.meanAbsoluteDifference(
      reconstruction.pointer, batch.pointer, layout: layout, count: imageCount)
    losses.encoder = Reduction.meanSquaredDifference(
      reencodedLatent.pointer, latent.pointer, layout: layout, count: generator.latentSize)
    losses.generator =
      settings.adversarialWeight * losses.adversarial + settings.contextualWeight * losses.contextual
      + settings.encoderWeight * losses.encoder
    // A prediction is one number an image, so that the images lie one after the other.
    let count = layout.images
    losses.discriminatorReal = BinaryCrossEntropy.loss(predictions(realPass).pointer, count: count, target: 1)
    losses.discriminatorFake = BinaryCrossEntropy.loss(predictions(fakePass).pointer, count: count, target: 0)
    losses.discriminator = 0.5 * (losses.discriminatorReal + losses.discriminatorFake)
    return losses
  }

  /// target = (a − b)·weight·2/n: the gradient of weight·mean (a − b)² with respect to a.
  private func squaredDifferenceGradient(
    _ target: FloatBuffer, _ a: FloatBuffer, _ b: FloatBuffer, count: Int, weight: Double
  ) {
    Elementwise.scaledDifference(
      target.pointer, a.pointer, b.pointer, factor: Float(weight * 2 / Double(count * layout.images)),
      count: layout.count(perImage: count), context: context)
    ActivationLayout.clearPadding(target.pointer, layout: layout, count: count)
  }

  /// The gradient of w_adv·L_adv + w_con·L_con + w_enc·L_enc with respect to the generator's parameters.
  private func computeGeneratorGradients() {
    generatorGradients.fill(with: 0)

    // L_adv: 2(f(x̂) − f(x))/n, back through the discriminator into the image.
    squaredDifferenceGradient(
      featureGradient, features(fakePass), features(realPass), count: featureCount,
      weight: settings.adversarialWeight)
    discriminator.network.backward(
      through: discriminator.featureBlocks, gradient: featureGradient, weights: discriminatorWeights,
      pass: fakePass, parameterGradients: nil, inputGradient: imageGradient, workspace: workspace,
      context: context)

    // L_con: sign(x̂ − x)/n.
    let pixels = layout.count(perImage: imageCount)
    Elementwise.addScaledSign(
      imageGradient.pointer, reconstruction.pointer, batch.pointer,
      factor: Float(settings.contextualWeight / Double(imageCount * layout.images)), count: pixels,
      context: context)

    // L_enc with respect to ẑ: 2(ẑ − z)/n, back through encoder 2 into the image.
    squaredDifferenceGradient(
      latentGradient, reencodedLatent, latent, count: generator.latentSize, weight: settings.encoderWeight)
    backwardGenerator(through: generator.encoder2, latentGradient, to: imageGradientThroughEncoder2)
    Elementwise.add(
      imageGradientThroughEncoder2.pointer, to: imageGradient.pointer, count: pixels, context: context)
    ActivationLayout.clearPadding(imageGradient.pointer, layout: layout, count: imageCount)

    // Back through the decoder to z, where L_enc enters once more: 2(z − ẑ)/n.
    backwardGenerator(through: generator.decoder, imageGradient, to: latentGradient)
    Elementwise.addScaledDifference(
      latentGradient.pointer, latent.pointer, reencodedLatent.pointer,
      factor: Float(settings.encoderWeight * 2 / Double(generator.latentSize * layout.images)),
      count: layout.count(perImage: generator.latentSize), context: context)
    ActivationLayout.clearPadding(latentGradient.pointer, layout: layout, count: generator.latentSize)
    backwardGenerator(through: generator.encoder1, latentGradient, to: nil)
  }

  private func backwardGenerator(
    through blocks: Range<Int>, _ gradient: FloatBuffer, to inputGradient: FloatBuffer?
  ) {
    generator.network.backward(
      through: blocks, gradient: gradient, weights: generatorWeights, pass: generatorPass,
      parameterGradients: generatorGradients, inputGradient: inputGradient, workspace: workspace,
      context: context)
  }

  /// The gradient of ½[BCE(D(x), 1) + BCE(D(x̂), 0)] with respect to the discriminator's parameters.
  private func computeDiscriminatorGradients() {
    discriminatorGradients.fill(with: 0)
    backwardDiscriminator(realPass, target: 1)
    backwardDiscriminator(fakePass, target: 0)
  }

  private func backwardDiscriminator(_ pass: Pass, target: Double) {
    predictionGradient.fill(with: 0)
    BinaryCrossEntropy.gradient(
      predictionGradient.pointer, predictions(pass).pointer, count: layout.images, target: target, factor: 0.5
    )
    discriminator.network.backward(
      through: discriminator.all, gradient: predictionGradient, weights: discriminatorWeights, pass: pass,
      parameterGradients: discriminatorGradients, inputGradient: nil, workspace: workspace, context: context)
  }
}
