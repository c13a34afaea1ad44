/// V1, October 2018: the discriminator *minimizes* the feature distance. Its head is never trained, yet the generator
/// tries to fool it all the same.
enum ObjectiveV1: Objective {
  static func step(_ trainer: GANomalyTrainer) -> GANomalyMeasures {
    var measures = GANomalyMeasures()
    trainer.generate()
    trainer.discriminateReal()
    trainer.discriminateFake()

    // L_D = mean (f(x) − f(x̂))². The cross-entropies are only reported.
    trainer.measureCrossEntropies(&measures)
    measures.featureDistance = trainer.featureDistance()
    trainer.addFeatureDistanceGradients()
    trainer.updateDiscriminator()

    // L_G = w_adv·BCE(D(x̂), 1) + w_con·L_con + w_enc·L_enc, through the updated discriminator.
    trainer.discriminateFake()
    measures.adversarial = trainer.crossEntropy(trainer.fakePass, target: 1)
    trainer.measureGenerator(&measures)
    trainer.setDeceptionGradient()
    trainer.updateGenerator()
    return measures
  }

  static func discriminatorLoss(real: Double, fake: Double, featureDistance: Double) -> Double {
    featureDistance
  }

  /// Three forward passes; two back from the features to the weights, one from the prediction to the image.
  static func work(_ discriminator: DiscriminatorWork) -> ConvolutionWork {
    let (whole, first) = (discriminator.whole, discriminator.first)
    let features = whole - discriminator.last
    return whole * 3 + (features * 2 - first) * 2 + whole
  }
}
