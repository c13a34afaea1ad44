import Settings

/// Variations of an experiment's settings: each configuration is run with every class and seed.
public struct Sweep: Sendable, Equatable {
  /// How a field varies.
  public enum Variation: Sendable, Equatable {
    /// Each value, combined with each of the other fields' values.
    case grid([SettingValue])
    /// Each value in turn, with all other fields as in the spec.
    case oneByOne([SettingValue])
    /// Drawn uniformly from `lower` to `upper`; for an integer field, from the integers, both ends included.
    case uniform(lower: SettingValue, upper: SettingValue)
    /// Drawn so that the logarithm is uniform.
    case logUniform(lower: SettingValue, upper: SettingValue)
    /// Drawn from these values.
    case choice([SettingValue])
  }

  /// A varied field.
  public struct Field: Sendable, Equatable {
    /// Its path in a spec, such as `detector.latent_size`.
    public var path: String
    /// How it varies.
    public var variation: Variation
  }

  /// The grid's fields in the spec's order, then the drawn ones.
  public var fields: [Field]
  /// How often the drawn fields are drawn; 0 if there are none.
  public var draws: Int
  /// The seed of the draws, unrelated to the runs' seeds.
  public var seed: Int
  /// Successive halving of the configurations; nil to train all fully.
  public var halving: Halving?
  /// How the best configuration is chosen; nil if none is.
  public var criterion: SweepCriterion?
  /// All distinct configurations; the grid's last field varies fastest, and the draws within it. If fields vary one by
  /// one, the spec's own configuration is first.
  public var configurations: [Configuration]

  /// Short names of the fields, in their order: the last part of the path if that is unique.
  public var names: [String] {
    let short = fields.map { String($0.path.split(separator: ".").last ?? "") }
    return zip(fields, short).map { field, name in
      short.count { $0 == name } == 1 ? name : field.path
    }
  }
}

/// One choice of values for everything a sweep varies, or one of several detectors.
public struct Configuration: Sendable, Equatable {
  /// The label of the spec's own values, among configurations that change one of them.
  public static let unchanged = "unchanged"

  /// The varied values, as in `latent_size=16, width=8`, or the detector's label; empty if nothing varies and there is
  /// only one detector. If fields vary one by one, the changed value.
  public var label: String
  /// The varied values, in the order of the sweep's fields.
  public var values: [SettingValue]
  /// The protocol with the configuration's values.
  public var evaluation: ProtocolSettings
  /// The detector with the configuration's values.
  public var detector: DetectorSettings
}

/// How a sweep's best configurations are chosen: by a mean over classes and seeds.
public enum SweepCriterion: String, SettingChoice {
  /// The headline's AUROC on the test set itself: highest is best, and optimistic.
  case testAUROC = "test-auroc"
  /// The reconstruction loss of held-out normals after the last epoch: lowest is best, and no labels are used.
  case validationLoss = "validation-loss"

  /// The criterion in words, for use after "chosen".
  public var words: String {
    switch self {
    case .testAUROC: "on the test set: optimistic"
    case .validationLoss: "by the reconstruction loss of normals held out of training"
    }
  }

  /// Whether `a` is better than `b`; any number is better than NaN.
  public func isBetter(_ a: Double, than b: Double) -> Bool {
    if a.isNaN || b.isNaN { return !a.isNaN }
    return self == .testAUROC ? a > b : a < b
  }
}

/// Successive halving: all configurations are trained for a few epochs, the best of them for more, and so on.
///
/// A configuration on a rung is an ordinary run with that many epochs, so it is exact and has its own id. Since epochs
/// grow by `factor` from rung to rung, all rungs together cost a survivor at most factor / (factor − 1) times its last.
/// Resuming from the rung below would avoid that, but would require keeping its state: Adam's moments and the
/// statistics as well as the weights.
public struct Halving: Sendable, Equatable {
  /// Epochs of the first rung.
  public var first: Int
  /// One in this many configurations advances to the next rung, with this many times the epochs.
  public var factor: Int

  /// A rung: the number of configurations and their epochs.
  public struct Rung: Sendable, Equatable {
    /// Epochs per configuration.
    public var epochs: Int
    /// The number of configurations.
    public var configurations: Int
  }

  /// The rungs for `configurations` configurations up to `epochs` epochs; a single remaining configuration goes
  /// straight to the end.
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
  /// What is run: the sweep's configurations, the detectors to compare, or the only configuration.
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

  /// The number of runs, including those of later rungs.
  public var runCount: Int {
    let configurations =
      rungs.isEmpty ? configurations.count : rungs.reduce(0) { $0 + $1.configurations }
    return configurations * heldOutClasses.count * seeds.count
  }
}
