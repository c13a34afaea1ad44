/// The hyperparameters of one kind of detector.
public protocol DetectorRecord: SettingsRecord {
  /// The name that a spec's `detector: {name: …}` takes.
  static var detectorName: String { get }
  /// The same hyperparameters as one case of the detectors.
  var settings: DetectorSettings { get }
}

/// A detector with all its hyperparameters.
public enum DetectorSettings: Sendable, Equatable {
  case ganomaly(GANomalySettings)

  /// Every kind of detector; the first is the default.
  public static let kinds: [any DetectorRecord.Type] = [GANomalySettings.self]

  /// The names that a spec's `detector: {name: …}` takes.
  public static var names: [String] { kinds.map { $0.detectorName } }

  /// The hyperparameters, for what treats all detectors alike.
  public var record: any DetectorRecord {
    switch self {
    case .ganomaly(let settings): settings
    }
  }

  public var name: String { type(of: record).detectorName }

  /// Passes over the training normals.
  public var epochs: Int {
    get {
      switch self {
      case .ganomaly(let settings): settings.epochs
      }
    }
    set {
      switch self {
      case .ganomaly(var settings):
        settings.epochs = newValue
        self = .ganomaly(settings)
      }
    }
  }
}
