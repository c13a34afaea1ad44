import Settings

/// The keys of a spec, in the order in which they are documented and written. The keys of `dataset`, `protocol` and
/// `detector` are the fields of the settings records.
enum SpecKey: String, CaseIterable {
  case name
  case description
  case cost
  case extends
  case preset
  case dataset
  case heldOut = "held_out"
  case normalClass = "normal_class"
  case `protocol`
  case detector
  case detectors
  case engine
  case seeds
  case sweep

  /// One sentence for the schema.
  var summary: String {
    switch self {
    case .name: "Name of the experiment and of its results; the file's name without extension if absent."
    case .description: "What the experiment is for, in free words; `ganomaly list` shows it."
    case .cost: "What the whole experiment costs, in free words such as `4 h`; `ganomaly list` shows it."
    case .extends:
      "Path of the spec, relative to this one, whose values hold wherever this one gives none; its name, "
        + "description and cost are not inherited."
    case .preset:
      "Values for many fields at once; any value written out, here or in a spec that this one extends, overrides it."
    case .dataset: "Which images, at which size."
    case .heldOut:
      "The held-out classes, each the anomaly in turn: `all`, or a list of class names, where a list in the list holds out "
        + "several together, as in `[[0, 1], 2]`; absent for image folders whose folders say what is anomalous."
    case .normalClass:
      "Replaces `held_out` with `split: one-class-normal`: the classes that are normal in turn, or several together."
    case .protocol: "Every choice between a trained detector and its published number."
    case .detector: "The detector and its hyperparameters."
    case .detectors:
      "Replaces `detector`: a list of detectors to compare, each run with all classes and seeds. A list "
        + "replaces that of a spec that this one extends; a mapping from labels changes entries of it."
    case .engine:
      "What computes the networks: the processor, or a device such as a graphics card through OpenCL, whose "
        + "results differ by rounding."
    case .seeds:
      "One run for each seed and class: a list, or a range such as `0..9`, which a list may hold as well."
    case .sweep:
      "Fields to vary; every configuration is run with all held-out classes and seeds."
    }
  }

  /// The legal values of keys that hold a single plain value.
  var form: SettingForm? {
    switch self {
    case .name, .description, .cost, .extends: .text
    case .preset: .choice(Preset.all.map(\.name))
    case .engine: .choice(ComputeEngine.allCases.map(\.rawValue))
    case .dataset, .heldOut, .normalClass, .protocol, .detector, .detectors, .seeds, .sweep: nil
    }
  }

  static let seedRange = 0...4_294_967_295
  static let seedForm = SettingForm.integer(seedRange)
  static let seedsForm = SettingForm.list(of: seedForm, atLeast: 1)
  /// The field that selects the kind of a section.
  static let kindKey = "name"
  /// The field that names an entry of `detectors` in tables.
  static let labelKey = "label"
  /// The value of `held_out` for every class in turn; image folders with no classes to hold out use it too.
  static let allClasses = "all"
  /// The characters of an experiment's name, which is also a folder name.
  static let namePattern = "^[a-z0-9-]+$"
}
