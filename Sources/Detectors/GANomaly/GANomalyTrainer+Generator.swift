import Kernels
import NeuralNetworks

/// The gradient of w_adv·L_adv + w_con·L_con + w_enc·L_enc with respect to the generator's parameters, and its update.
///
/// An objective first calls one of the first three functions to set the adversarial gradient with respect to x̂.
extension GANomalyTrainer {
  /// L_adv = mean (f(x) − f(x̂))²: 2(f(x̂) − f(x))/n, back through the discriminator into the image.
  func setFeatureMatchingGradient() {
    setSquaredDifferenceGradient(
      featureGradient, features(fakePass), features(realPass), count: featureCount,
      weight: settings.adversarialWeight)
    backward(
      trainedDiscriminator, through: discriminator.featureBlocks, featureGradient, fakePass,
      accumulates: false, to: imageGradient)
  }

  /// L_adv = BCE(D(x̂), 1), back through the whole discriminator into the image.
  func setDeceptionGradient() {
    setPredictionGradient(fakePass, target: 1, factor: settings.adversarialWeight)
    backward(trainedDiscriminator, predictionGradient, fakePass, accumulates: false, to: imageGradient)
  }

  /// L_adv is computed on a detached x̂: no gradient.
  func setNoAdversarialGradient() { imageGradient.fill(with: 0) }

  /// Adds the other terms' gradients, goes back through all of G, then takes an Adam step on G.
  func updateGenerator() {
    // L_con: sign(x̂ − x)/n.
    let pixels = layout.count(perImage: imageCount)
    engine.addScaledSign(
      imageGradient, reconstruction, x,
      factor: Float(settings.contextualWeight / Double(imageCount * layout.images)), count: pixels)

    // L_enc with respect to ẑ: 2(ẑ − z)/n, back through encoder 2 into the image.
    setSquaredDifferenceGradient(
      latentGradient, reencodedLatent, latent, count: generator.latentSize, weight: settings.encoderWeight)
    backward(
      trainedGenerator, through: generator.encoder2, latentGradient, generatorPass,
      to: imageGradientThroughEncoder2)
    engine.add(imageGradientThroughEncoder2, to: imageGradient, count: pixels)
    engine.clearPadding(imageGradient, layout: layout, count: imageCount)

    // Back through the decoder to z, where L_enc contributes again: 2(z − ẑ)/n.
    backward(trainedGenerator, through: generator.decoder, imageGradient, generatorPass, to: latentGradient)
    addSquaredDifferenceGradient(
      latentGradient, latent, reencodedLatent, count: generator.latentSize, weight: settings.encoderWeight)
    backward(trainedGenerator, through: generator.encoder1, latentGradient, generatorPass)

    trainedGenerator.step(engine: engine)
  }
}
