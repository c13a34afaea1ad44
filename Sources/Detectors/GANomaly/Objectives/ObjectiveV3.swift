/// V3, October 2019, the newest, with the losses in the paper's text: the generator matches the features of x.
///
/// The reference code runs each of the discriminator's two passes twice. Here each runs once: the weights do not change
/// in between, so the numbers are the same. Only the running statistics are updated for all four.
enum ObjectiveV3: Objective {
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

    // L_G = w_adv·mean (f(x) − f(x̂))² + w_con·L_con + w_enc·L_enc: equations 1 to 4.
    trainer.setFeatureMatchingGradient()
    trainer.updateGenerator()

    // L_D = ½[BCE(D(x), 1) + BCE(D(x̂), 0)], from the passes before either update.
    trainer.addCrossEntropyGradients(factor: 0.5)
    trainer.updateDiscriminator()
    return measures
  }

  static func discriminatorLoss(real: Double, fake: Double, featureDistance: Double) -> Double {
    0.5 * (real + fake)
  }

  /// Two forward passes; two back to the weights, one from the features to the image.
  static func work(_ discriminator: DiscriminatorWork) -> ConvolutionWork {
    let (whole, first) = (discriminator.whole, discriminator.first)
    return whole * 2 + (whole * 2 - first) * 2 + (whole - discriminator.last)
  }
}
