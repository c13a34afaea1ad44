/// The hyperparameters of one kind of detector.
public protocol DetectorRecord: SettingsRecord {
  /// The name that a spec's `detector: {name: …}` takes.
  static var detectorName: String { get }
  /// Whether its scores depend on the statistics that batch norm uses; those that do not are read in one pass.
  static var usesBatchNorm: Bool { get }
  /// Whether scores are cheap enough to be read after every epoch; otherwise after the last alone.
  static var isReadEveryEpoch: Bool { get }
  /// Keys of the fields that change no step's cost.
  static var fieldsWithoutCost: Set<String> { get }

  /// Names of the scores that the detector gives, the headline's first.
  func scoreNames(_ evaluation: ProtocolSettings) -> [String]
  /// The fewest images that it can be fitted on, and the field that says so; an empty field when none does.
  var smallestTrainingSet: (count: Int, field: String) { get }
  /// Training images of one step; nil for what is fitted at once.
  var imagesPerStep: Int? { get }
  /// Passes over the training images before the first epoch's own, as a part of it.
  var pretrainingPasses: Int { get }
  /// What a reader of its numbers must know, to follow its name in a table's notes, as in `fitted on at most 10000
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

/// A detector with all its hyperparameters, whatever its kind.
public struct DetectorSettings: Sendable {
  public var record: any DetectorRecord

  public init(_ record: any DetectorRecord) { self.record = record }

  /// Every kind of detector; the first is the default. A new kind takes three places: its settings, this list, and a
  /// folder in `Detectors` whose `extension …Settings: DetectorMaking` a test asks for.
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

  /// The names that a spec's `detector: {name: …}` takes.
  public static var names: [String] { kinds.map { $0.detectorName } }

  public var name: String { type(of: record).detectorName }

  /// See `DetectorRecord.usesBatchNorm`.
  public var usesBatchNorm: Bool { type(of: record).usesBatchNorm }

  /// See `DetectorRecord.isReadEveryEpoch`.
  public var isReadEveryEpoch: Bool { type(of: record).isReadEveryEpoch }

  /// Passes over the training normals; 1 for what is fitted at once, where a new value changes nothing.
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
