import Settings

/// The keys of a spec's `sweep`, in the order in which they are documented and written.
enum SweepKey: String, CaseIterable {
  case grid
  case oneByOne = "one_by_one"
  case random
  case draws
  case seed
  case halving
  case chooseBy = "choose_by"

  static let mostConfigurations = 100_000

  /// One sentence for the schema.
  var summary: String {
    switch self {
    case .grid:
      "Fields by their paths, as in `detector.latent_size`, each with the list of its values: every combination "
        + "is a configuration."
    case .oneByOne:
      "Fields by their paths, each with the list of its values: one configuration has the spec's own values, and each "
        + "other changes a single one of them. Alone, without `grid`, `random` and `halving`."
    case .random:
      "Fields by their paths, each with what it is drawn from: `{uniform: [from, to]}`, "
        + "`{log_uniform: [from, to]}` or `{choice: […]}`."
    case .draws: "How many times the fields of `random` are drawn, for each combination of the grid."
    case .seed: "Seed of the draws."
    case .halving:
      "All configurations are trained for `first` epochs, the best of every `factor` for `factor` times as many, "
        + "and so on up to the detector's epochs."
    case .chooseBy:
      "What the best configuration is chosen on: the test set's AUROC (optimistic), or the reconstruction loss "
        + "of the normals that `protocol.validation_fraction` holds out of training."
    }
  }

  /// The legal values of keys that hold a single value.
  var form: SettingForm? {
    switch self {
    case .draws: .integer(1...Self.mostConfigurations)
    case .seed: .integer(0...4_294_967_295)
    case .chooseBy: .choice(SweepCriterion.allCases.map(\.rawValue))
    case .grid, .oneByOne, .random, .halving: nil
    }
  }
}

/// The keys of `sweep.halving`.
enum HalvingKey: String, CaseIterable {
  case first
  case factor

  var summary: String {
    switch self {
    case .first: "Epochs of the first rung."
    case .factor: "One in this many configurations continues."
    }
  }

  var form: SettingForm {
    switch self {
    case .first: .integer(1...100_000)
    case .factor: .integer(2...100)
    }
  }
}

/// How a field of `sweep.random` is drawn.
enum DrawKey: String, CaseIterable {
  case uniform
  case logUniform = "log_uniform"
  case choice
}
