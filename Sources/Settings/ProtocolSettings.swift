/// How images are divided into training normals and the test set.
public enum SplitKind: String, SettingChoice {
  /// Pools the train and test parts. 80 % of the normals, drawn with numpy's shuffle and the run's seed, are for
  /// training; the rest and all anomalies are for testing. This is the reference code's split with a seed ≥ 0 (since
  /// July 2019).
  case pooled = "pooled-80-20"
  /// Trains on the normals of the official train part; tests on the normals of the official test part and the anomalies
  /// of both parts. An image folder is divided as its folders say.
  case official
  /// The opposite protocol, from the Deep SVDD paper: trains on one class of the official train part and tests on the
  /// whole official test part, where that class is normal and all others are anomalous. Without official parts, 80 % of
  /// the class, drawn with numpy's shuffle and the run's seed, are for training; the rest and all other images are for
  /// testing.
  case oneClassNormal = "one-class-normal"

  /// The default split. An image folder of anomaly kinds keeps its author's division, which may deliberately keep related
  /// images apart; all other data sets are split like the reference code.
  public static func standard(for dataset: DatasetSettings) -> SplitKind {
    dataset.name == .folder && dataset.layout == .kinds ? .official : .pooled
  }
}

/// How pixel bytes are scaled for the network.
public enum InputRange: String, SettingChoice {
  /// [−1, 1]: (b/255 − 0.5)/0.5.
  case symmetric
  /// Standardized with MNIST's mean and deviation: (b/255 − 0.1307)/0.3081, in [−0.42, 2.82].
  case standardized = "standardised"
}

/// The distance between z and ẑ that is the anomaly score.
public enum LatentScore: String, SettingChoice {
  /// Mean of |z − ẑ| over the latent vector (the paper's text; using the mean instead of the sum changes no ranking).
  case l1
  /// Mean of (z − ẑ)² over the latent vector (the reference code).
  case squaredL2 = "squared-l2"
}

/// The statistics that batch norm uses in scoring.
public enum BatchNormStatistics: String, SettingChoice {
  /// Running statistics gathered in training (evaluation mode).
  case running
  /// Statistics of each test batch (like the reference code, which never calls `eval()`).
  case batch
}

/// The order in which test samples form batches; relevant only with batch statistics.
public enum TestOrder: String, SettingChoice {
  case shuffled
  /// All normals, then all anomalies, so that almost every batch has only one kind.
  case normalsFirst = "normals-first"
}

/// The epoch whose scores are the headline.
public enum EpochChoice: String, SettingChoice {
  case last
  /// The epoch with the highest AUROC on the test set itself: optimistic, but what the reference code does.
  case bestOnTest = "best-on-test"
}

/// One way of passing the test set through a trained detector.
public enum ScoringPass: String, SettingChoice {
  case running
  case batchShuffled = "batch-shuffled"
  case batchNormalsFirst = "batch-normals-first"
  /// Each image is its own batch, independent of the others.
  case batchSingle = "batch-1"

  /// The pass for a choice of statistics and order; with running statistics, the order is irrelevant.
  public init(_ batchNorm: BatchNormStatistics, _ order: TestOrder) {
    switch (batchNorm, order) {
    case (.running, _): self = .running
    case (.batch, .shuffled): self = .batchShuffled
    case (.batch, .normalsFirst): self = .batchNormalsFirst
    }
  }

  /// The statistics that batch norm uses in this pass.
  public var batchNorm: BatchNormStatistics { self == .running ? .running : .batch }
}

/// The choices between a trained detector and a published number, each an explicit field.
public struct ProtocolSettings: SettingsRecord {
  /// How images are divided into training normals and the test set.
  public var split = SplitKind.pooled
  /// How pixel bytes are scaled for the network.
  public var inputRange = InputRange.symmetric
  /// The distance between z and ẑ that is the anomaly score.
  public var score = LatentScore.squaredL2
  /// The statistics that batch norm uses for the headline.
  public var batchNorm = BatchNormStatistics.running
  /// The order in which test samples form the headline's batches.
  public var testOrder = TestOrder.shuffled
  /// Test samples per batch where batch norm uses batch statistics.
  public var testBatch = 64
  /// The epoch whose scores are the headline.
  public var epoch = EpochChoice.last
  /// Test samples on which each epoch is evaluated; the last and best epochs use the whole test set. 0 for all.
  public var epochSamples = 2000
  /// Passes in which each epoch is evaluated, besides the headline's.
  public var passes = [ScoringPass.running, .batchShuffled]
  /// Training steps between two evaluations within an epoch; 0 for none.
  public var evaluateEvery = 0
  /// The share of training normals held out for validation, for choices without labels and for the threshold.
  public var validationFraction = 0.0
  /// The highest acceptable share of normal images that are called anomalous.
  public var falseAlarmRate = 0.05
  /// The number of test images to score, chosen at random; 0 for all.
  public var testSamples = 0

  public init() {}

  /// The pass whose scores are the headline.
  public var headlinePass: ScoringPass { ScoringPass(batchNorm, testOrder) }

  /// The headline's pass, then the others, each once.
  public var allPasses: [ScoringPass] {
    [headlinePass] + ScoringPass.allCases.filter { passes.contains($0) && $0 != headlinePass }
  }

  /// The key of `testSamples`, also valid in an entry of a spec's `detectors`.
  public static let testSamplesKey = "test_samples"

  public static let fields: [SettingField<ProtocolSettings>] = [
    .choice(
      "split", \.split,
      "How images are divided into training normals and the test set. An image folder, which has parts of its own, is "
        + "divided by `official` if absent."),
    .choice("input_range", \.inputRange, "How pixel bytes are scaled for the network."),
    .choice("score", \.score, "The distance between z and ẑ that is the anomaly score.")
      .deciding(.view),
    .choice("batch_norm", \.batchNorm, "The statistics that batch norm uses while scoring.")
      .deciding(.view),
    .choice("test_order", \.testOrder, "The order in which test samples form the headline's batches.")
      .applying("only with `batch_norm: batch`") { $0.batchNorm == .batch }
      .deciding(.view),
    .integer(
      "test_batch", \.testBatch, 1...65536, "Test samples in a batch whose statistics batch norm uses."
    )
    .applying("only with `batch_norm: batch` or a batch pass among `passes`") {
      $0.allPasses.contains { $0.batchNorm == .batch }
    }
    .deciding(.evaluation),
    .choice("epoch", \.epoch, "The epoch whose scores are the headline.").deciding(.view),
    .integer(
      "epoch_samples", \.epochSamples, 0...1_000_000_000,
      "Random test samples that every epoch is evaluated on; the last epoch and the best of them are evaluated on the "
        + "whole test set. 0: the whole test set always."
    )
    .deciding(.evaluation),
    .choices(
      "passes", \.passes, atLeast: 0,
      "Passes that every epoch is evaluated with, besides the headline's own."
    )
    .formerly("readings")
    .deciding(.evaluation),
    .integer(
      "evaluate_every", \.evaluateEvery, 0...1_000_000_000,
      "Training steps between two evaluations within an epoch, on the samples that every epoch is evaluated on, for "
        + "the early course; 0: only after each epoch."
    )
    .leftOutOfIdentityByDefault()
    .deciding(.evaluation),
    .number(
      "validation_fraction", \.validationFraction, NumberRange(0, 1, includesUpper: false),
      "Share of the training normals held out for validation, on which a sweep can select without labels and the "
        + "threshold of `ganomaly score` is calibrated."
    )
    .leftOutOfIdentityByDefault(),
    .number(
      "false_alarm_rate", \.falseAlarmRate, NumberRange(0, 1, includesLower: false, includesUpper: false),
      "Share of normal images that the threshold may call anomalous."
    )
    .applying("only with `validation_fraction` above 0") { $0.validationFraction > 0 }
    .leftOutOfIdentityByDefault()
    .deciding(.view),
    .integer(
      testSamplesKey, \.testSamples, 0...100_000_000,
      "Test images to score, sampled with the run's seed, normal and anomalous in proportion; 0: all."
    )
    .leftOutOfIdentityByDefault(),
  ]
}
