import Kernels
import NeuralNetworks

/// The forward passes of a step, with batch statistics, and the losses computed from them.
extension GANomalyTrainer {
  var generator: Generator { model.generator }
  var discriminator: Discriminator { model.discriminator }

  /// z, x̂ and ẑ of G's last pass; f(·) and D(·) of one of D's passes.
  var latent: FloatBuffer { generator.latent(generatorPass) }
  var reconstruction: FloatBuffer { generator.image(generatorPass) }
  var reencodedLatent: FloatBuffer { generator.reencodedLatent(generatorPass) }
  func features(_ pass: Pass) -> FloatBuffer { discriminator.features(pass) }
  func predictions(_ pass: Pass) -> FloatBuffer { discriminator.predictions(pass) }

  var imageCount: Int { setup.image.count }
  var featureCount: Int { discriminator.featureShape.count }

  /// z, x̂, ẑ = G(x); updates G's running statistics.
  func generate() {
    forward(trainedGenerator, x, generatorPass)
    trainedGenerator.updateRunningStatistics(from: generatorPass, engine: engine)
  }

  /// D(x) into `realPass`; updates D's running statistics.
  func discriminateReal() { discriminate(x, realPass) }

  /// D(x̂) into `fakePass`, with D's current weights; updates D's running statistics.
  func discriminateFake() { discriminate(reconstruction, fakePass) }

  private func discriminate(_ images: FloatBuffer, _ pass: Pass) {
    forward(trainedDiscriminator, images, pass)
    trainedDiscriminator.updateRunningStatistics(from: pass, engine: engine)
  }

  /// Updates D's running statistics again: all that a second D(x) and D(x̂) with the same weights would change.
  func repeatDiscriminatorStatistics() {
    trainedDiscriminator.updateRunningStatistics(from: realPass, engine: engine)
    trainedDiscriminator.updateRunningStatistics(from: fakePass, engine: engine)
  }

  /// mean (f(x) − f(x̂))².
  func featureDistance() -> Double {
    engine.meanSquaredDifference(features(realPass), features(fakePass), layout: layout, count: featureCount)
  }

  /// BCE(D(·), target) of a pass.
  func crossEntropy(_ pass: Pass, target: Double) -> Double {
    // Predictions are one number per image, so they lie contiguously in any layout.
    engine.crossEntropy(.probabilities(predictions(pass)), count: layout.images, target: target)
  }

  /// BCE(D(x), 1) and BCE(D(x̂), 0).
  func measureCrossEntropies(_ losses: inout GANomalyLosses) {
    losses.discriminatorReal = crossEntropy(realPass, target: 1)
    losses.discriminatorFake = crossEntropy(fakePass, target: 0)
  }

  /// L_con, L_enc and the weighted sum of the generator's three terms, given the adversarial one.
  func measureGenerator(_ losses: inout GANomalyLosses, adversarial: Double) {
    losses.adversarial = adversarial
    losses.contextual = engine.meanAbsoluteDifference(reconstruction, x, layout: layout, count: imageCount)
    losses.encoder = engine.meanSquaredDifference(
      reencodedLatent, latent, layout: layout, count: generator.latentSize)
    losses.generator =
      settings.adversarialWeight * losses.adversarial + settings.contextualWeight * losses.contextual
      + settings.encoderWeight * losses.encoder
  }
}
