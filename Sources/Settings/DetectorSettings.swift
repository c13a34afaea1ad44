/// The hyperparameters of one kind of detector.
public protocol DetectorRecord: SettingsRecord {
  /// The detector's name in a spec's `detector: {name: …}`.
  static var detectorName: String { get }
  /// Whether scores depend on batch norm's statistics; if not, one scoring pass suffices.
  static var usesBatchNorm: Bool { get }
  /// Whether scores are cheap enough to evaluate every epoch; otherwise only the last is evaluated.
  static var isReadEveryEpoch: Bool { get }
  /// Keys of the fields that do not affect the cost of a step.
  static var fieldsWithoutCost: Set<String> { get }

  /// Names of the detector's scores, the headline's first.
  func scoreNames(_ evaluation: ProtocolSettings) -> [String]
  /// The fewest images the detector can be fitted on, and the field that determines it; an empty field if none does.
  var smallestTrainingSet: (count: Int, field: String) { get }
  /// Training images per step; nil for a detector that is fitted in a single step.
  var imagesPerStep: Int? { get }
  /// Passes over the training images before the first epoch, counted as part of it.
  var pretrainingPasses: Int { get }
  /// What a table's notes must say about the detector's numbers, after its name, as in `fitted on at most 10000
  /// training images`; empty for nothing.
  var noteInTables: String { get }
}

extension DetectorRecord {
  public static var usesBatchNorm: Bool { false }
  public static var isReadEveryEpoch: Bool { true }
  public static var fieldsWithoutCost: Set<String> { ["epochs", "learning_rate", "beta1", "beta2"] }
  public var imagesPerStep: Int? { nil }
  public var pretrainingPasses: Int { 0 }
  public var noteInTables: String { "" }
}

/// Any detector with all its hyperparameters.
public struct DetectorSettings: Sendable {
  /// The hyperparameters.
  public var record: any DetectorRecord

  /// Wraps the hyperparameters of one kind of detector.
  public init(_ record: any DetectorRecord) { self.record = record }

  /// Every kind of detector; the first is the default. A new kind needs its settings, an entry in this list, and a
  /// folder in `Detectors` with an `extension …Settings: DetectorMaking`, which a test checks for.
  public static let kinds: [any DetectorRecord.Type] = [
    GANomalySettings.self,
    EGBADSettings.self,
    AnoGANSettings.self,
    SkipGANomalySettings.self,
    VAESettings.self,
    AutoencoderSettings.self,
    DeepSVDDSettings.self,
    PCASettings.self,
    MahalanobisSettings.self,
    NearestNeighborsSettings.self,
    KernelDensitySettings.self,
    OneClassSVMSettings.self,
    IsolationForestSettings.self,
    PixelStatisticsSettings.self,
  ]

  /// All detector names, as in a spec's `detector: {name: …}`.
  public static var names: [String] { kinds.map { $0.detectorName } }

  /// The detector's name in specs.
  public var name: String { type(of: record).detectorName }

  /// See `DetectorRecord.usesBatchNorm`.
  public var usesBatchNorm: Bool { type(of: record).usesBatchNorm }

  /// See `DetectorRecord.isReadEveryEpoch`.
  public var isReadEveryEpoch: Bool { type(of: record).isReadEveryEpoch }

  /// Passes over the training normals; 1 for a detector that is fitted in a single step, and setting it has no effect.
  public var epochs: Int {
    get { (record as? any EpochTrainedRecord)?.epochs ?? 1 }
    set {
      guard var trained = record as? any EpochTrainedRecord else { return }
      trained.epochs = newValue
      record = trained
    }
  }
}

extension DetectorSettings: Equatable {
  public static func == (a: DetectorSettings, b: DetectorSettings) -> Bool {
    func equals<Record: DetectorRecord>(_ record: Record) -> Bool { b.record as? Record == record }
    return equals(a.record)
  }
}
