/// V2, August 2019: the feature distance is of x̂ cut off from the generator, so that nothing of it reaches G: an
/// autoencoder with an encoder loss, beside a discriminator that only looks on.
///
/// How often this version ran its discriminator in a step is uncertain; here as often as V3. Only the running
/// statistics of D depend on it, which no score does.
enum ObjectiveV2: Objective {
  static func step(_ trainer: GANomalyTrainer) -> GANomalyLosses {
    var losses = GANomalyLosses()
    trainer.generate()
    trainer.discriminateReal()
    trainer.discriminateFake()
    trainer.repeatDiscriminatorStatistics()

    // L_G = w_adv·mean (f(x) − f(x̂))² + w_con·L_con + w_enc·L_enc, the first for show.
    trainer.setNoAdversarialGradient()
    trainer.updateGenerator()

    // L_D = ½[BCE(D(x), 1) + BCE(D(x̂), 0)]
    trainer.addCrossEntropyGradients(factor: 0.5)
    trainer.updateDiscriminator()

    // Last, since an engine of a device waits for each number; what they are read off is still there.
    trainer.measureGenerator(&losses, adversarial: trainer.featureDistance())
    trainer.measureCrossEntropies(&losses)
    losses.discriminator = 0.5 * (losses.discriminatorReal + losses.discriminatorFake)
    return losses
  }

  /// Two passes forward and two back to the weights.
  static func work(_ discriminator: DiscriminatorWork) -> ConvolutionWork {
    discriminator.whole * 2 + (discriminator.whole * 2 - discriminator.first) * 2
  }
}
