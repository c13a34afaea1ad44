/// The version of the training objective, from the history of the reference code.
public enum GANomalyObjective: String, SettingChoice {
  /// The generator deceives the discriminator's head; D is updated before G, without the factor ½ (May 2018, the time
  /// of the paper).
  case v0
  /// Like V0, but the discriminator minimizes the feature distance, and its head is never trained (October 2018).
  case v1
  /// Like V3, but without a gradient from the feature distance to the generator (August 2019).
  case v2
  /// Feature matching for the generator, ½(BCE + BCE) for the discriminator, G before D (October 2019, the latest
  /// version; these are the losses in the paper's text).
  case v3
}

/// Hyperparameters of GANomaly (Akcay et al. 2018), with the defaults of the reference code.
public struct GANomalySettings: RebuildingRecord {
  public static let detectorName = "ganomaly"
  public static let usesBatchNorm = true
  public static let fieldsWithoutCost: Set<String> = [
    "epochs", "learning_rate", "beta1", "beta2", "adversarial_weight", "contextual_weight", "encoder_weight",
    "redraw_threshold", "redraw_limit",
  ]

  /// The version of the training objective.
  public var objective = GANomalyObjective.v3
  /// Size of z and ẑ.
  public var latentSize = 100
  /// Channels after the first convolution (`ngf` in the reference code).
  public var width = 64
  /// Additional 3×3 convolutions at full width (`extralayers` in the reference code).
  public var extraLayers = 0
  public var adversarialWeight = 1.0
  public var contextualWeight = 50.0
  /// Weight of the encoder loss.
  public var encoderWeight = 1.0
  public var learningRate = 2e-4
  public var beta1 = 0.5
  public var beta2 = 0.999
  public var batchSize = 64
  public var epochs = 15
  /// The discriminator is reinitialized when its loss (with V0, either of its two terms) falls below this.
  public var redrawThreshold = 1e-5
  /// The most reinitializations in an epoch; with more, the discriminator counts as collapsed and the run fails. 0 for
  /// no limit, as in the reference code.
  public var redrawLimit = 0

  public init() {}

  public func scoreNames(_ evaluation: ProtocolSettings) -> [String] {
    ([evaluation.score] + LatentScore.allCases.filter { $0 != evaluation.score }).map(\.rawValue)
  }

  public static let fields: [SettingField<GANomalySettings>] = [
    .choice("objective", \.objective, "The version of the training objective."),
    .integer("latent_size", \.latentSize, 1...4096, "Size of the latent vectors z and ẑ."),
    .integer("width", \.width, 1...1024, "Channels after the first convolution."),
    .integer("extra_layers", \.extraLayers, 0...8, "Additional 3×3 convolutions at full width."),
    .adversarialWeight,
    .contextualWeight,
    .number("encoder_weight", \.encoderWeight, .atLeast(0), "Weight of the encoder loss."),
    .learningRate,
    .beta1,
    .beta2,
    .wholeBatches(of: 1),
    .epochs,
    .number(
      "redraw_threshold", \.redrawThreshold, .atLeast(0),
      "The discriminator is reinitialized when its loss falls below this."),
    .integer(
      "redraw_limit", \.redrawLimit, 0...1_000_000,
      "Most reinitializations in an epoch; beyond it the discriminator has collapsed and the run fails. 0: no limit."
    )
    .leftOutOfIdentityByDefault(),
  ]
}
