import Specs

/// A run of an experiment together with its id and its place in a sweep.
public struct IdentifiedRun: Sendable, Equatable {
  /// The run as the experiment defines it.
  public let run: Run
  /// The id of its training.
  public let identifier: String
  /// All evaluations declared for the training: by the run itself, and by others with the same id.
  public var evaluations: [Evaluation]
  /// The fingerprint of its data; empty if the id in files of earlier versions is not needed.
  private let dataFingerprint: String
  /// The label of its configuration, or of its detector if there are several; otherwise empty.
  public let configuration: String
  /// Whether it is on a rung of successive halving, where a configuration has runs of several lengths.
  public let isOnRung: Bool

  public init(
    _ run: Run, identifier: String, configuration: String = "", isOnRung: Bool = false,
    dataFingerprint: String = ""
  ) {
    self.run = run
    evaluations = run.evaluations
    self.dataFingerprint = dataFingerprint
    self.identifier = identifier
    self.configuration = configuration
    self.isOnRung = isOnRung
  }

  /// The run's id in files of schema version 2, which also covers how the training is evaluated.
  public var earlierIdentifier: String { run.earlierIdentifier(dataFingerprint: dataFingerprint) }

  /// As in `ganomaly, latent_size=16, 3 held out, seed 0`, or `pca, 3 normal, seed 0`; it says where weights were
  /// imported.
  public var title: String {
    let origin = run.imported == nil ? "" : "imported"
    return [run.detector.name, rowSuffix, run.classPhrase, "seed \(run.seed)", origin].filter { !$0.isEmpty }
      .joined(separator: ", ")
  }

  /// The run's row in the tables: that of its configuration or listed detector, or else of its detector.
  public var row: String { configuration.isEmpty ? run.detector.name : configuration }

  /// `rowLabel`, or empty if that is just the detector's name.
  public var rowSuffix: String { rowLabel == run.detector.name ? "" : rowLabel }

  /// The configuration, with the number of epochs if its runs differ in that.
  public var rowLabel: String {
    let epochs = run.detector.epochs
    return isOnRung ? "\(configuration) for \(epochs) epoch\(epochs == 1 ? "" : "s")" : configuration
  }
}

extension Experiment {
  /// The runs of one configuration.
  ///
  /// - Parameter epochs: those of a rung of successive halving; nil for the configuration's own.
  public func identifiedRuns(
    of configuration: Configuration, epochs: Int? = nil, dataFingerprint: String
  ) -> [IdentifiedRun] {
    var configuration = configuration
    if let epochs { configuration.detector.epochs = epochs }
    let identifiers = identifiers(of: configuration, dataFingerprint: dataFingerprint)
    return zip(runs(of: configuration), identifiers).map { run, identifier in
      IdentifiedRun(
        run, identifier: identifier, configuration: configuration.label, isOnRung: epochs != nil,
        dataFingerprint: dataFingerprint)
    }
  }
}
