/// V2, August 2019: the feature distance is computed on a detached x̂, so none of it reaches G: an autoencoder with an
/// encoder loss, beside a discriminator that only watches.
///
/// How many times per step this version ran its discriminator is uncertain; here as often as V3. This affects only D's
/// running statistics, on which no score depends.
enum ObjectiveV2: Objective {
  static func step(_ trainer: GANomalyTrainer) -> GANomalyLosses {
    var losses = GANomalyLosses()
    trainer.generate()
    trainer.discriminateReal()
    trainer.discriminateFake()
    trainer.repeatDiscriminatorStatistics()

    // L_G = w_adv·mean (f(x) − f(x̂))² + w_con·L_con + w_enc·L_enc; the first term has no gradient.
    trainer.setNoAdversarialGradient()
    trainer.updateGenerator()

    // L_D = ½[BCE(D(x), 1) + BCE(D(x̂), 0)]
    trainer.addCrossEntropyGradients(factor: 0.5)
    trainer.updateDiscriminator()

    // Measured last, since a device engine blocks on every number read; the passes are still in memory.
    trainer.measureGenerator(&losses, adversarial: trainer.featureDistance())
    trainer.measureCrossEntropies(&losses)
    losses.discriminator = 0.5 * (losses.discriminatorReal + losses.discriminatorFake)
    return losses
  }

  /// Two forward passes, two back to the weights.
  static func work(_ discriminator: DiscriminatorWork) -> ConvolutionWork {
    discriminator.whole * 2 + (discriminator.whole * 2 - discriminator.first) * 2
  }
}
