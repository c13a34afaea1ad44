/// What Deep SVDD minimizes.
public enum DeepSVDDObjective: String, SettingChoice {
  /// The mean squared distance from the center.
  case oneClass = "one-class"
  /// The volume of a sphere around the center, and the distances of points outside it.
  case softBoundary = "soft-boundary"
}

/// Hyperparameters of Deep SVDD (Ruff et al. 2018), with the defaults of the authors' code for MNIST; for CIFAR-10 they
/// pre-train for 350 epochs, with the lower rate after 250 and a weight decay of 5e-7.
///
/// Published mean AUROC of the one-class objective, with one class normal and nine anomalous: MNIST .948, CIFAR-10
/// .648.
public struct DeepSVDDSettings: EpochTrainedRecord {
  public static let detectorName = "deep-svdd"
  public static let fieldsWithoutCost: Set<String> = [
    "epochs", "pretraining_epochs", "learning_rate", "lower_rate_after", "weight_decay", "pretraining_rate",
    "pretraining_lower_rate_after", "pretraining_weight_decay", "objective", "nu", "warm_up",
    "smallest_coordinate",
  ]

  /// What is minimized.
  public var objective = DeepSVDDObjective.oneClass
  /// Which of the two networks.
  public var network = LeNetSize.byChannels
  /// Size of the latent vector; 0 for the network's own.
  public var latentSize = 0
  /// The share of training images allowed outside the sphere.
  public var nu = 0.1
  /// Epochs before the radius is first set.
  public var warmUp = 10
  /// Center coordinates closer to 0 than this are moved to this distance, lest all weights become 0.
  public var smallestCoordinate = 0.1
  /// Epochs of the autoencoder before the first epoch.
  public var pretrainingEpochs = 150
  /// Adam's learning rate in pre-training.
  public var pretrainingRate = 1e-4
  /// Pre-training epochs after which the learning rate drops to a tenth.
  public var pretrainingLowerRateAfter = 50
  /// Weight of the L2 penalty in pre-training.
  public var pretrainingWeightDecay = 5e-4
  public var learningRate = 1e-4
  /// Epochs after which the learning rate drops to a tenth.
  public var lowerRateAfter = 50
  /// Weight of the L2 penalty, added to Adam's gradients.
  public var weightDecay = 5e-7
  public var batchSize = 200
  public var epochs = 150

  public init() {}

  public func scoreNames(_ evaluation: ProtocolSettings) -> [String] { ["distance"] }

  /// An incomplete last batch is used as well.
  public var smallestTrainingSet: (count: Int, field: String) { (2, "") }

  public var pretrainingPasses: Int { pretrainingEpochs }

  public static let fields: [SettingField<DeepSVDDSettings>] = [
    .choice("objective", \.objective, "What is minimized."),
    .choice("network", \.network, "The smaller or the larger network."),
    .integer(
      "latent_size", \.latentSize, among: leNetLatentSizes, reason: leNetLatentReason, leNetLatentSummary),
    .number(
      "nu", \.nu, NumberRange(0, 1, includesLower: false),
      "Share of the training images that may lie outside the sphere."
    )
    .applying("only with `objective: soft-boundary`") { $0.objective == .softBoundary },
    .integer("warm_up", \.warmUp, 0...100_000, "Epochs before the sphere's radius is first set.")
      .applying("only with `objective: soft-boundary`") { $0.objective == .softBoundary },
    .number(
      "smallest_coordinate", \.smallestCoordinate, .atLeast(0),
      "Coordinates of the center closer to 0 than this are moved to this distance."),
    .integer(
      "pretraining_epochs", \.pretrainingEpochs, 0...100_000,
      "Passes of the autoencoder over the training normals before the first epoch, as a part of it."),
    .number("pretraining_rate", \.pretrainingRate, .above(0), "Adam's learning rate in pre-training."),
    .integer(
      "pretraining_lower_rate_after", \.pretrainingLowerRateAfter, 0...100_000,
      "Passes of pre-training after which its learning rate is a tenth."),
    .number(
      "pretraining_weight_decay", \.pretrainingWeightDecay, .atLeast(0),
      "Weight of the L2 penalty in pre-training, as Adam adds it."),
    .learningRate,
    .integer(
      "lower_rate_after", \.lowerRateAfter, 0...100_000, "Epochs after which the learning rate is a tenth."),
    .number("weight_decay", \.weightDecay, .atLeast(0), "Weight of the L2 penalty, as Adam adds it."),
    .batches(of: 2),
    .integer(
      "epochs", \.epochs, 1...100_000, "Passes over the training normals after those of pre-training."),
  ]
}
