/// V3, October 2019, the newest, with the losses of the paper's text: the generator matches the features of x.
///
/// The discriminator's two passes are computed once, though the reference code runs each twice: its weights do
/// not change in between, so the numbers are the same. Only the running statistics see all four.
enum ObjectiveV3: Objective {
  static func step(_ step: TrainingStep) -> GANomalyLosses {
    var losses = GANomalyLosses()
    step.generate()
    step.discriminateReal()
    step.discriminateFake()
    step.repeatDiscriminatorStatistics()

    // L_G = w_adv·mean (f(x) − f(x̂))² + w_con·L_con + w_enc·L_enc: equations 1 to 4.
    step.measureGenerator(&losses, adversarial: step.featureDistance())
    step.setFeatureMatchingGradient()
    step.updateGenerator()

    // L_D = ½[BCE(D(x), 1) + BCE(D(x̂), 0)], of passes before either update.
    step.measureCrossEntropies(&losses)
    losses.discriminator = 0.5 * (losses.discriminatorReal + losses.discriminatorFake)
    step.addCrossEntropyGradients(factor: 0.5)
    step.updateDiscriminator()
    return losses
  }

  /// Two passes forward; two back to the weights, and one from the features to the image.
  static func work(_ discriminator: DiscriminatorWork) -> ConvolutionWork {
    let (whole, first) = (discriminator.whole, discriminator.first)
    return whole * 2 + (whole * 2 - first) * 2 + (whole - discriminator.last)
  }
}
