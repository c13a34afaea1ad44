import Kernels
import NeuralNetworks

/// The forward passes of a step, with batch statistics, and the losses measured from them.
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
  func featureDistance() -> Measured {
    engine.meanSquaredDifference(features(realPass), features(fakePass), layout: layout, count: featureCount)
  }

  /// BCE(D(·), target) of a pass.
  func crossEntropy(_ pass: Pass, target: Double) -> Measured {
    // Predictions are one number per image, so they lie contiguously in any layout.
    engine.crossEntropy(.probabilities(predictions(pass)), count: layout.images, target: target)
  }

  /// BCE(D(x), 1) and BCE(D(x̂), 0).
  func measureCrossEntropies(_ measures: inout GANomalyMeasures) {
    measures.discriminatorReal = crossEntropy(realPass, target: 1)
    measures.discriminatorFake = crossEntropy(fakePass, target: 0)
  }

  /// L_con and L_enc.
  func measureGenerator(_ measures: inout GANomalyMeasures) {
    measures.contextual = engine.meanAbsoluteDifference(
      reconstruction, x, layout: layout, count: imageCount)
    measures.encoder = engine.meanSquaredDifference(
      reencodedLatent, latent, layout: layout, count: generator.latentSize)
  }

  /// Waits for a step's measures and makes its losses of them.
  func losses(_ measures: GANomalyMeasures) -> GANomalyLosses {
    var losses = GANomalyLosses()
    losses.discriminatorReal = engine.value(of: measures.discriminatorReal)
    losses.discriminatorFake = engine.value(of: measures.discriminatorFake)
    losses.discriminator = objective.discriminatorLoss(
      real: losses.discriminatorReal, fake: losses.discriminatorFake,
      featureDistance: engine.value(of: measures.featureDistance))
    losses.adversarial = engine.value(of: measures.adversarial)
    losses.contextual = engine.value(of: measures.contextual)
    losses.encoder = engine.value(of: measures.encoder)
    losses.generator =
      settings.adversarialWeight * losses.adversarial + settings.contextualWeight * losses.contextual
      + settings.encoderWeight * losses.encoder
    return losses
  }
}
