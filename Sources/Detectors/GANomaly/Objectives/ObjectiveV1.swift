/// V1, October 2018: the discriminator *minimizes* the distance of the features, and nothing trains its head, which
/// the generator deceives all the same.
enum ObjectiveV1: Objective {
  static func step(_ trainer: GANomalyTrainer) -> GANomalyLosses {
    var losses = GANomalyLosses()
    trainer.generate()
    trainer.discriminateReal()
    trainer.discriminateFake()

    // L_D = mean (f(x) − f(x̂))². The cross-entropies are only reported.
    trainer.measureCrossEntropies(&losses)
    losses.discriminator = trainer.featureDistance()
    trainer.addFeatureDistanceGradients()
    trainer.updateDiscriminator()

    // L_G = w_adv·BCE(D(x̂), 1) + w_con·L_con + w_enc·L_enc, through the discriminator as it is now.
    trainer.discriminateFake()
    trainer.measureGenerator(&losses, adversarial: trainer.crossEntropy(trainer.fakePass, target: 1))
    trainer.setDeceptionGradient()
    trainer.updateGenerator()
    return losses
  }

  /// Three passes forward; two back from the features to the weights, and one from the prediction to the image.
  static func work(_ discriminator: DiscriminatorWork) -> ConvolutionWork {
    let (whole, first) = (discriminator.whole, discriminator.first)
    let features = whole - discriminator.last
    return whole * 3 + (features * 2 - first) * 2 + whole
  }
}
