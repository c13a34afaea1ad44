import Specs

/// A run of an experiment together with its id and its place in a sweep.
public struct IdentifiedRun: Sendable, Equatable {
  public let run: Run
  public let identifier: String
  /// All that is declared of the training: by the run itself, and by others of the same id.
  public var evaluations: [Evaluation]
  /// The fingerprint of its data; empty where nobody needs the id that files of earlier versions have.
  private let dataFingerprint: String
  private let numerics: Int
  /// The label of its configuration, or of its detector where there are several; else empty.
  public let configuration: String
  /// Whether it stands on a rung of successive halving, where a configuration has runs of several lengths.
  public let isOnRung: Bool

  public init(
    _ run: Run, identifier: String, configuration: String = "", isOnRung: Bool = false,
    dataFingerprint: String = "", numerics: Int = numericsVersion
  ) {
    self.run = run
    evaluations = run.evaluations
    self.dataFingerprint = dataFingerprint
    self.numerics = numerics
    self.identifier = identifier
    self.configuration = configuration
    self.isOnRung = isOnRung
  }

  /// - Parameter numerics: the version of the numerics; see `Run.identifier`.
  public init(_ run: Run, dataFingerprint: String, numerics: Int = numericsVersion) {
    self.init(
      run, identifier: run.identifier(dataFingerprint: dataFingerprint, numerics: numerics),
      dataFingerprint: dataFingerprint, numerics: numerics)
  }

  /// The id of the same run in files of schema version 2; it is of how the training is evaluated as well.
  public var earlierIdentifier: String {
    run.earlierIdentifier(dataFingerprint: dataFingerprint, numerics: numerics)
  }

  /// As in `ganomaly, latent_size=16, 3 held out, seed 0`, or `pca, 3 normal, seed 0`; it says where weights were
  /// imported.
  public var title: String {
    let origin = run.imported == nil ? "" : "imported"
    return [run.detector.name, rowSuffix, run.classPhrase, "seed \(run.seed)", origin].filter { !$0.isEmpty }
      .joined(separator: ", ")
  }

  /// The row of the tables that the run belongs to: of its configuration or listed detector, or of its detector.
  public var row: String { configuration.isEmpty ? run.detector.name : configuration }

  /// What `rowLabel` says beside the detector's name; empty where it is the same.
  public var rowSuffix: String { rowLabel == run.detector.name ? "" : rowLabel }

  /// The configuration, with the epochs where they tell its runs apart.
  public var rowLabel: String {
    let epochs = run.detector.epochs
    return isOnRung ? "\(configuration) for \(epochs) epoch\(epochs == 1 ? "" : "s")" : configuration
  }
}

extension Experiment {
  /// The runs of one configuration.
  ///
  /// - Parameters:
  ///   - epochs: those of a rung of successive halving; nil for the configuration's own.
  ///   - numerics: the version of the numerics; see `Run.identifier`.
  public func identifiedRuns(
    of configuration: Configuration, epochs: Int? = nil, dataFingerprint: String,
    numerics: Int = numericsVersion
  ) -> [IdentifiedRun] {
    var configuration = configuration
    if let epochs { configuration.detector.epochs = epochs }
    let identifiers = identifiers(of: configuration, dataFingerprint: dataFingerprint, numerics: numerics)
    return zip(runs(of: configuration), identifiers).map { run, identifier in
      IdentifiedRun(
        run, identifier: identifier, configuration: configuration.label, isOnRung: epochs != nil,
        dataFingerprint: dataFingerprint, numerics: numerics)
    }
  }
}
