/// Hyperparameters of the convolutional autoencoder that Ruff et al. (2018) use as a baseline for Deep SVDD and to
/// pre-train it. The defaults are theirs for MNIST; for CIFAR-10 they use 350 epochs, the lower learning rate after
/// 250, and a weight decay of 5e-7.
///
/// Published mean AUROC with one class normal and nine anomalous: MNIST .897, CIFAR-10 .594.
public struct AutoencoderSettings: EpochTrainedRecord {
  public static let detectorName = "autoencoder"
  public static let fieldsWithoutCost: Set<String> = [
    "epochs", "learning_rate", "lower_rate_after", "weight_decay",
  ]

  /// Which of the two networks.
  public var network = LeNetSize.byChannels
  /// Size of the latent vector; 0 for the network's own.
  public var latentSize = 0
  public var learningRate = 1e-4
  /// Epochs after which the learning rate drops to a tenth.
  public var lowerRateAfter = 50
  /// Weight of the L2 penalty, added to Adam's gradients.
  public var weightDecay = 5e-4
  public var batchSize = 200
  public var epochs = 150

  public init() {}

  public func scoreNames(_ evaluation: ProtocolSettings) -> [String] { ["reconstruction-error"] }

  /// An incomplete last batch is used as well.
  public var smallestTrainingSet: (count: Int, field: String) { (2, "") }

  public static let fields: [SettingField<AutoencoderSettings>] = [
    .choice("network", \.network, "The smaller or the larger network."),
    .integer(
      "latent_size", \.latentSize, among: leNetLatentSizes, reason: leNetLatentReason, leNetLatentSummary),
    .learningRate,
    .integer(
      "lower_rate_after", \.lowerRateAfter, 0...100_000,
      "Epochs after which the learning rate is a tenth."),
    .number("weight_decay", \.weightDecay, .atLeast(0), "Weight of the L2 penalty, as Adam adds it."),
    .batches(of: 2),
    .epochs,
  ]
}
