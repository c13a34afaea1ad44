/// V0, May 2018, when the paper appeared: the generator tries to fool the discriminator's head.
enum ObjectiveV0: Objective {
  static func step(_ trainer: GANomalyTrainer) -> GANomalyMeasures {
    var measures = GANomalyMeasures()
    trainer.generate()
    trainer.discriminateReal()
    trainer.discriminateFake()

    // L_D = BCE(D(x), 1) + BCE(D(x̂), 0)
    trainer.measureCrossEntropies(&measures)
    trainer.addCrossEntropyGradients(factor: 1)
    trainer.updateDiscriminator()

    // L_G = w_adv·BCE(D(x̂), 1) + w_con·L_con + w_enc·L_enc, through the updated discriminator.
    trainer.discriminateFake()
    measures.adversarial = trainer.crossEntropy(trainer.fakePass, target: 1)
    trainer.measureGenerator(&measures)
    trainer.setDeceptionGradient()
    trainer.updateGenerator()
    return measures
  }

  static func discriminatorLoss(real: Double, fake: Double, featureDistance: Double) -> Double { real + fake }

  /// Either cross-entropy below the threshold is enough.
  static func hasCollapsed(_ losses: GANomalyLosses, threshold: Double) -> Bool {
    losses.discriminatorReal < threshold || losses.discriminatorFake < threshold
  }

  /// Three forward passes; two back to the weights, one to the image.
  static func work(_ discriminator: DiscriminatorWork) -> ConvolutionWork {
    let (whole, first) = (discriminator.whole, discriminator.first)
    return whole * 3 + (whole * 2 - first) * 2 + whole
  }
}
