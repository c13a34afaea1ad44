import Kernels
import NeuralNetworks

/// The gradient of w_adv·L_adv + w_con·L_con + w_enc·L_enc with respect to the generator's parameters, and its update.
///
/// An objective first sets the adversarial term's gradient with respect to x̂ by one of the first three functions.
extension GANomalyTrainer {
  /// L_adv = mean (f(x) − f(x̂))²: 2(f(x̂) − f(x))/n, back through the discriminator into the image.
  func setFeatureMatchingGradient() {
    setSquaredDifferenceGradient(
      featureGradient, features(fakePass), features(realPass), count: featureCount,
      weight: settings.adversarialWeight)
    discriminator.network.backward(
      through: discriminator.featureBlocks, gradient: featureGradient, weights: trainedDiscriminator.weights,
      pass: fakePass, parameterGradients: nil, inputGradient: imageGradient, workspace: workspace,
      context: context)
  }

  /// L_adv = BCE(D(x̂), 1), back through all of the discriminator into the image.
  func setDeceptionGradient() {
    setPredictionGradient(fakePass, target: 1, factor: settings.adversarialWeight)
    discriminator.network.backward(
      through: discriminator.all, gradient: predictionGradient, weights: trainedDiscriminator.weights,
      pass: fakePass,
      parameterGradients: nil, inputGradient: imageGradient, workspace: workspace, context: context)
  }

  /// L_adv is of x̂ cut off from the generator: no gradient.
  func setNoAdversarialGradient() { imageGradient.fill(with: 0) }

  /// The other terms' gradients, back through all of G; then Adam on G.
  func updateGenerator() {
    // L_con: sign(x̂ − x)/n.
    let pixels = layout.count(perImage: imageCount)
    Elementwise.addScaledSign(
      imageGradient.pointer, reconstruction.pointer, x.pointer,
      factor: Float(settings.contextualWeight / Double(imageCount * layout.images)), count: pixels,
      context: context)

    // L_enc with respect to ẑ: 2(ẑ − z)/n, back through encoder 2 into the image.
    setSquaredDifferenceGradient(
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

    trainedGenerator.step(context: context)
  }

  private func backwardGenerator(
    through blocks: Range<Int>, _ gradient: FloatBuffer, to inputGradient: FloatBuffer?
  ) {
    generator.network.backward(
      through: blocks, gradient: gradient, weights: trainedGenerator.weights, pass: generatorPass,
      parameterGradients: trainedGenerator.gradients, inputGradient: inputGradient, workspace: workspace,
      context: context)
  }
}
