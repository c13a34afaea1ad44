import Settings

/// Variations of an experiment's settings: each configuration is run with every held-out class and seed.
public struct Sweep: Sendable, Equatable {
  /// The values that a field takes.
  public enum Variation: Sendable, Equatable {
    /// Each of these, with each of the other fields'.
    case grid([SettingValue])
    /// Each of these in turn, all other fields as the spec has them.
    case oneByOne([SettingValue])
    /// Drawn evenly from `lower` to `upper`; whole numbers, both ends included, for a field of integers.
    case uniform(lower: SettingValue, upper: SettingValue)
    /// Drawn such that the logarithm is even.
    case logUniform(lower: SettingValue, upper: SettingValue)
    /// Drawn from these.
    case choice([SettingValue])
  }

  /// A field that is varied, by its path in a spec, as in `detector.latent_size`.
  public struct Field: Sendable, Equatable {
    public var path: String
    public var variation: Variation
  }

  /// The fields of the grid in the spec's order, then those that are drawn.
  public var fields: [Field]
  /// How many times the fields that are drawn are drawn; 0 where there are none.
  public var draws: Int
  /// The seed of the draws; it has nothing to do with the runs' seeds.
  public var seed: Int
  public var halving: Halving?
  /// What the best configuration is chosen on; nil where none is chosen.
  public var criterion: SweepCriterion?
  /// All configurations, the last field of the grid varying fastest and the draws within it; each once. Where fields
  /// are varied one by one, the first is the spec's own.
  public var configurations: [Configuration]

  /// Short names of the fields, in their order: the last part of the path where that is enough.
  public var names: [String] {
    let short = fields.map { String($0.path.split(separator: ".").last ?? "") }
    return zip(fields, short).map { field, name in
      short.count { $0 == name } == 1 ? name : field.path
    }
  }
}

/// One choice of values for all that a sweep varies, or one of several detectors.
public struct Configuration: Sendable, Equatable {
  /// The label of the spec's own values beside those that change one of them.
  public static let unchanged = "unchanged"

  /// The varied values in words, as in `latent_size=16, width=8`, or the detector's label; empty where there is but one
  /// detector and nothing is varied. Of fields that are varied one by one, the one that has changed.
  public var label: String
  /// The varied values, in the order of the sweep's fields.
  public var values: [SettingValue]
  public var evaluation: ProtocolSettings
  public var detector: DetectorSettings
}

/// What the best of a sweep's configurations are chosen on: a mean over held-out classes and seeds.
public enum SweepCriterion: String, SettingChoice {
  /// The headline's AUROC on the test set itself: the highest is best, and optimistic.
  case testAUROC = "test-auroc"
  /// How badly held-out normals are reconstructed after the last epoch: the lowest is best, and no label is used.
  case validationLoss = "validation-loss"

  /// What it is, to follow "chosen".
  public var words: String {
    switch self {
    case .testAUROC: "on the test set: optimistic"
    case .validationLoss: "by the reconstruction loss of normals held out of training"
    }
  }

  /// Whether `a` is better than `b`; any number is better than none.
  public func isBetter(_ a: Double, than b: Double) -> Bool {
    if a.isNaN || b.isNaN { return !a.isNaN }
    return self == .testAUROC ? a > b : a < b
  }
}

/// Successive halving: all configurations are trained for a few epochs, the best of them for more, and so on.
///
/// A configuration on a rung is an ordinary run with so many epochs, so that it is exact, has an id of its own
/// and stands for itself. Since the rungs' epochs grow by `factor`, all rungs together cost a survivor at most
/// factor / (factor − 1) times its last one. That could be saved by starting a rung from the state in which the one
/// below ended, for which that state would have to be kept: Adam's moments and the statistics as well as the weights.
public struct Halving: Sendable, Equatable {
  /// Epochs of the first rung.
  public var first: Int
  /// One of so many configurations goes on to the next rung, which has so many times the epochs.
  public var factor: Int

  /// A rung: how many configurations are trained for how many epochs.
  public struct Rung: Sendable, Equatable {
    public var epochs: Int
    public var configurations: Int
  }

  /// The rungs of `configurations` configurations up to `epochs` epochs; a last configuration alone goes to the
  /// end at once.
  public func rungs(configurations: Int, epochs: Int) -> [Rung] {
    var rungs = [Rung(epochs: min(first, epochs), configurations: configurations)]
    while let last = rungs.last, last.epochs < epochs {
      let count = max(1, last.configurations / factor)
      let (grown, overflows) = last.epochs.multipliedReportingOverflow(by: factor)
      rungs.append(
        Rung(epochs: count == 1 || overflows ? epochs : min(grown, epochs), configurations: count))
    }
    return rungs
  }
}

extension Experiment {
  /// What is run: the sweep's configurations, the detectors that are compared, or the one that the settings are.
  public var configurations: [Configuration] {
    if let sweep { return sweep.configurations }
    if detectors.isEmpty {
      return [Configuration(label: "", values: [], evaluation: evaluation, detector: detector)]
    }
    return detectors.map { entry in
      var evaluation = evaluation
      evaluation.testSamples = entry.testSamples ?? evaluation.testSamples
      return Configuration(
        label: entry.label, values: [], evaluation: evaluation, detector: entry.detector)
    }
  }

  /// The rungs of successive halving; empty without it.
  public var rungs: [Halving.Rung] {
    guard let sweep, let halving = sweep.halving else { return [] }
    return halving.rungs(configurations: sweep.configurations.count, epochs: detector.epochs)
  }

  /// How many runs there are, those of later rungs included.
  public var runCount: Int {
    let configurations =
      rungs.isEmpty ? configurations.count : rungs.reduce(0) { $0 + $1.configurations }
    return configurations * heldOutClasses.count * seeds.count
  }
}
