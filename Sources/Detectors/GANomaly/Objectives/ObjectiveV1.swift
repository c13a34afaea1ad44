/// V1, October 2018: the discriminator *minimises* the distance of the features, and nothing trains its head, which
/// the generator deceives all the same.
enum ObjectiveV1: Objective {
  static func step(_ step: TrainingStep) -> GANomalyLosses {
    var losses = GANomalyLosses()
    step.generate()
    step.discriminateReal()
    step.discriminateFake()

    // L_D = mean (f(x) − f(x̂))². The cross-entropies are only told.
    step.measureCrossEntropies(&losses)
    losses.discriminator = step.featureDistance()
    step.addFeatureDistanceGradients()
    step.updateDiscriminator()

    // L_G = w_adv·BCE(D(x̂), 1) + w_con·L_con + w_enc·L_enc, through the discriminator as it is now.
    step.discriminateFake()
    step.measureGenerator(&losses, adversarial: step.crossEntropy(step.fakePass, target: 1))
    step.setDeceptionGradient()
    step.updateGenerator()
    return losses
  }

  /// Three passes forward; two back from the features to the weights, and one from the prediction to the image.
  static func work(_ discriminator: DiscriminatorWork) -> ConvolutionWork {
    let (whole, first) = (discriminator.whole, discriminator.first)
    let features = whole - discriminator.last
    return whole * 3 + (features * 2 - first) * 2 + whole
  }
}
