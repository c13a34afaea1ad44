/// V0, May 2018, the time of the paper: the generator deceives the discriminator's head.
enum ObjectiveV0: Objective {
  static func step(_ step: TrainingStep) -> GANomalyLosses {
    var losses = GANomalyLosses()
    step.generate()
    step.discriminateReal()
    step.discriminateFake()

    // L_D = BCE(D(x), 1) + BCE(D(x̂), 0)
    step.measureCrossEntropies(&losses)
    losses.discriminator = losses.discriminatorReal + losses.discriminatorFake
    step.addCrossEntropyGradients(factor: 1)
    step.updateDiscriminator()

    // L_G = w_adv·BCE(D(x̂), 1) + w_con·L_con + w_enc·L_enc, through the discriminator as it is now.
    step.discriminateFake()
    step.measureGenerator(&losses, adversarial: step.crossEntropy(step.fakePass, target: 1))
    step.setDeceptionGradient()
    step.updateGenerator()
    return losses
  }

  /// Either cross-entropy alone is enough.
  static func hasCollapsed(_ losses: GANomalyLosses, threshold: Double) -> Bool {
    losses.discriminatorReal < threshold || losses.discriminatorFake < threshold
  }

  /// Three passes forward; two back to the weights, and one to the image.
  static func work(_ discriminator: DiscriminatorWork) -> ConvolutionWork {
    let (whole, first) = (discriminator.whole, discriminator.first)
    return whole * 3 + (whole * 2 - first) * 2 + whole
  }
}
