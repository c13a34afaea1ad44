import Settings

/// A version of GANomaly's training step: which losses, in which order, through which weights.
///
/// The reference code has had four. Each has its own file, so any two can be compared side by side.
///
/// | | G's adversarial term | D's loss | order | D's passes, each an update of its running statistics |
/// |---|---|---|---|---|
/// | V0 | BCE(D(x̂), 1) | BCE(D(x), 1) + BCE(D(x̂), 0) | D, then G | x, x̂, x̂ through the updated D |
/// | V1 | BCE(D(x̂), 1), D's head untrained | mean (f(x) − f(x̂))² | D, then G | x, x̂, x̂ through the updated D |
/// | V2 | mean (f(x) − f(x̂))², no gradient | ½[BCE(D(x), 1) + BCE(D(x̂), 0)] | G, then D | x, x̂, x, x̂ |
/// | V3 | mean (f(x) − f(x̂))² | ½[BCE(D(x), 1) + BCE(D(x̂), 0)] | G, then D | x, x̂, x, x̂ |
protocol Objective {
  /// One optimization step on the loaded batch; both networks' gradients must be zero before.
  static func step(_ trainer: GANomalyTrainer) -> GANomalyMeasures

  /// D's loss, from BCE(D(x), 1), BCE(D(x̂), 0) and the mean of (f(x) − f(x̂))².
  static func discriminatorLoss(real: Double, fake: Double, featureDistance: Double) -> Double

  /// Whether the discriminator must be reinitialized after a step with these losses.
  static func hasCollapsed(_ losses: GANomalyLosses, threshold: Double) -> Bool

  /// The discriminator's share of a step's work for one image, counting once the passes that the original repeats.
  static func work(_ discriminator: DiscriminatorWork) -> ConvolutionWork
}

extension Objective {
  static func hasCollapsed(_ losses: GANomalyLosses, threshold: Double) -> Bool {
    losses.discriminator < threshold
  }
}

/// One pass through the discriminator, or through its first or last convolution alone, for one image.
struct DiscriminatorWork {
  var whole: ConvolutionWork
  var first: ConvolutionWork
  var last: ConvolutionWork
}

extension GANomalyObjective {
  /// The steps of this objective.
  var steps: any Objective.Type {
    switch self {
    case .v0: ObjectiveV0.self
    case .v1: ObjectiveV1.self
    case .v2: ObjectiveV2.self
    case .v3: ObjectiveV3.self
    }
  }
}
