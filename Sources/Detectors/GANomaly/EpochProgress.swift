/// How far GANomaly has come in an epoch, and what it has gathered on the way.
struct EpochProgress: Equatable {
  /// From 1; 0 between two epochs.
  var epoch = 0
  var steps = 0
  /// The loss terms, summed over the steps.
  var sum = GANomalyLosses()
  /// How often the discriminator was drawn anew.
  var redraws = 0
}
