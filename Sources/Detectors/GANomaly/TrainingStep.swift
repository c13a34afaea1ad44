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
  /// The batch x.
  let batch: FloatBuffer

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
    batch = FloatBuffer(count: image.count * batchSize)
    workspace = GradientWorkspace(count: max(g.largestActivation, d.largestActivation) * batchSize)
    imageGradient = FloatBuffer(count: image.count * batchSize)
    imageGradientThroughEncoder2 = FloatBuffer(count: image.count * batchSize)
    latentGradient = FloatBuffer(count: settings.latentSize * batchSize)
    featureGradient = FloatBuffer(count: discriminator.featureShape.count * batchSize)
    predictionGradient = FloatBuffer(count: batchSize)
  }

  /// x, z, x̂, ẑ and the features of the last pass.
  var latent: FloatBuffer { generatorPass.outputs[generator.latentBlock] }
  var reconstruction: FloatBuffer { generatorPass.outputs[generator.imageBlock] }
  var reencodedLatent: FloatBuffer { generatorPass.outputs[generator.network.blocks.count - 1] }
  func features(_ pass: Pass) -> FloatBuffer { pass.outputs[discriminator.featureBlock] }
  func predictions(_ pass: Pass) -> FloatBuffer { pass.outputs[discriminator.network.blocks.count - 1] }

  /// One step on the first `images` images of `batch`: forward, losses, both gradients, both updates.
  func callAsFunction(images: Int) -> GANomalyLosses {
    forward(images: images)
    let losses = losses(images: images)
    computeGeneratorGradients(images: images)
    computeDiscriminatorGradients(images: images)
    generatorAdam.step(generatorWeights.parameters, gradient: generatorGradients, context: context)
    discriminatorAdam.step(
      discriminatorWeights.parameters, gradient: discriminatorGradients, context: context)
    return losses
  }

  /// x̂, z, ẑ = G(x), D(x) and D(x̂), all with batch statistics; updates the running statistics.
  func forward(images: Int) {
    generator.network.forward(
      batch, images: images, weights: generatorWeights, mode: .batchStatistics, pass: generatorPass,
      context: context)
    discriminator.network.forward(
      batch, images: images, weights: discriminatorWeights, mode: .batchStatistics, pass: realPass,
      context: context)
    discriminator.network.forward(
      reconstruction, images: images, weights: discriminatorWeights, mode: .batchStatistics, pass: fakePass,
      context: context)
    generator.network.updateRunningStatistics(of: generatorWeights, from: generatorPass)
    for pass in [realPass, fakePass, realPass, fakePass] {
      discriminator.network.updateRunningStatistics(of: discriminatorWeights, from: pass)
    }
  }

  private func losses(images: Int) -> GANomalyLosses {
    func mean(
      _ sum: (UnsafePointer<Float>, UnsafePointer<Float>, Int) -> Double, _ a: FloatBuffer, _ b: FloatBuffer,
      _ count: Int
    ) -> Double { sum(a.pointer, b.pointer, count) / Double(count) }

    var losses = GANomalyLosses()
    losses.adversarial = mean(
      Reduction.squaredDifferences, features(realPass), features(fakePass),
      discriminator.featureShape.count * images)
    losses.contextual = mean(
      Reduction.absoluteDifferences, reconstruction, batch, generator.network.input.count * images)
    losses.encoder = mean(
      Reduction.squaredDifferences, reencodedLatent, latent, generator.latentSize * images)
    losses.generator =
      settings.adversarialWeight * losses.adversarial + settings.contextualWeight * losses.contextual
      + settings.encoderWeight * losses.encoder
    losses.discriminatorReal = BinaryCrossEntropy.loss(
      predictions(realPass).pointer, count: images, target: 1)
    losses.discriminatorFake = BinaryCrossEntropy.loss(
      predictions(fakePass).pointer, count: images, target: 0)
    losses.discriminator = 0.5 * (losses.discriminatorReal + losses.discriminatorFake)
    return losses
  }

  /// The gradient of w_adv·L_adv + w_con·L_con + w_enc·L_enc with respect to the generator's parameters.
  private func computeGeneratorGradients(images: Int) {
    generatorGradients.fill(with: 0)
    let pixels = generator.network.input.count * images
    let latents = generator.latentSize * images
    let featureCount = discriminator.featureShape.count * images

    // L_adv: 2(f(x̂) − f(x))/n, back through the discriminator into the image.
    Elementwise.scaledDifference(
      featureGradient.pointer, features(fakePass).pointer, features(realPass).pointer,
      factor: Float(settings.adversarialWeight * 2 / Double(featureCount)), count: featureCount,
      context: context)
    discriminator.network.backward(
      through: discriminator.featureBlocks, gradient: featureGradient, input: reconstruction,
      weights: discriminatorWeights, pass: fakePass, parameterGradients: nil, inputGradient: imageGradient,
      workspace: workspace, context: context)

    // L_con: sign(x̂ − x)/n.
    Elementwise.addScaledSign(
      imageGradient.pointer, reconstruction.pointer, batch.pointer,
      factor: Float(settings.contextualWeight / Double(pixels)), count: pixels, context: context)

    // L_enc with respect to ẑ: 2(ẑ − z)/n, back through encoder 2 into the image.
    let encoderFactor = Float(settings.encoderWeight * 2 / Double(latents))
    Elementwise.scaledDifference(
      latentGradient.pointer, reencodedLatent.pointer, latent.pointer, factor: encoderFactor, count: latents,
      context: context)
    backwardGenerator(
      through: generator.encoder2, latentGradient, input: reconstruction, to: imageGradientThroughEncoder2)
    Elementwise.add(
      imageGradientThroughEncoder2.pointer, to: imageGradient.pointer, count: pixels, context: context)

    // Back through the decoder to z, where L_enc enters once more: 2(z − ẑ)/n.
    backwardGenerator(through: generator.decoder, imageGradient, input: latent, to: latentGradient)
    Elementwise.addScaledDifference(
      latentGradient.pointer, latent.pointer, reencodedLatent.pointer, factor: encoderFactor, count: latents,
      context: context)
    backwardGenerator(through: generator.encoder1, latentGradient, input: batch, to: nil)
  }

  private func backwardGenerator(
    through blocks: Range<Int>, _ gradient: FloatBuffer, input: FloatBuffer, to inputGradient: FloatBuffer?
  ) {
    generator.network.backward(
      through: blocks, gradient: gradient, input: input, weights: generatorWeights, pass: generatorPass,
      parameterGradients: generatorGradients, inputGradient: inputGradient, workspace: workspace,
      context: context)
  }

  /// The gradient of ½[BCE(D(x), 1) + BCE(D(x̂), 0)] with respect to the discriminator's parameters.
  private func computeDiscriminatorGradients(images: Int) {
    discriminatorGradients.fill(with: 0)
    for (pass, input, target) in [(realPass, batch, 1.0), (fakePass, reconstruction, 0.0)] {
      BinaryCrossEntropy.gradient(
        predictionGradient.pointer, predictions(pass).pointer, count: images, target: target, factor: 0.5)
      discriminator.network.backward(
        through: discriminator.all, gradient: predictionGradient, input: input, weights: discriminatorWeights,
        pass: pass, parameterGradients: discriminatorGradients, inputGradient: nil, workspace: workspace,
        context: context)
    }
  }
}
