/// V2, August 2019: the feature distance is computed on a detached x̂, so none of it reaches G: an autoencoder with an
/// encoder loss, beside a discriminator that only watches.
///
/// How many times per step this version ran its discriminator is uncertain; here as often as V3. This affects only D's
/// running statistics, on which no score depends.
enum ObjectiveV2: Objective {
  static func step(_ trainer: GANomalyTrainer) -> GANomalyMeasures {
    var measures = GANomalyMeasures()
    trainer.generate()
    trainer.discriminateReal()
    trainer.discriminateFake()
    trainer.repeatDiscriminatorStatistics()
    trainer.measureCrossEntropies(&measures)
    measures.featureDistance = trainer.featureDistance()
    measures.adversarial = measures.featureDistance
    trainer.measureGenerator(&measures)

    // L_G = w_adv·mean (f(x) − f(x̂))² + w_con·L_con + w_enc·L_enc; the first term has no gradient.
    trainer.setNoAdversarialGradient()
    trainer.updateGenerator()

    // L_D = ½[BCE(D(x), 1) + BCE(D(x̂), 0)]
    trainer.addCrossEntropyGradients(factor: 0.5)
    trainer.updateDiscriminator()
    return measures
  }

  static func discriminatorLoss(real: Double, fake: Double, featureDistance: Double) -> Double {
    0.5 * (real + fake)
  }

  /// Two forward passes, two back to the weights.
  static func work(_ discriminator: DiscriminatorWork) -> ConvolutionWork {
    discriminator.whole * 2 + (discriminator.whole * 2 - discriminator.first) * 2
  }
}
