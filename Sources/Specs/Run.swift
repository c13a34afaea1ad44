import Hashing
import Settings

/// One training and scoring: all that decides its numbers, but for the data themselves.
public struct Run: Sendable, Equatable {
  public var dataset: DatasetSettings
  public var evaluation: ProtocolSettings
  public var detector: DetectorSettings
  /// The class that plays the anomaly; "all" for an image folder.
  public var heldOut: String
  public var seed: Int

  public init(
    dataset: DatasetSettings, evaluation: ProtocolSettings, detector: DetectorSettings, heldOut: String,
    seed: Int
  ) {
    self.dataset = dataset
    self.evaluation = evaluation
    self.detector = detector
    self.heldOut = heldOut
    self.seed = seed
  }

  /// The run's id: the first 16 hexadecimal digits of SHA-256 over all that decides the numbers.
  ///
  /// In it are every resolved value, the data's fingerprint and `numericsVersion`. Not in it is what leaves the
  /// numbers alone: the experiment's name, description and preset, the order and spelling of the file,
  /// `dataset.folder` and `dataset.skip_unreadable` (the fingerprint covers the images that were read, wherever
  /// they lie), the other held-out classes and seeds. `readings` counts by the set of passes that are stored. A
  /// field that came after there were runs (`redraw_limit`) is in it only with another value than its default,
  /// so that their ids hold.
  ///
  /// - Parameter numerics: the version of the numerics; another than this program's only to ask what would be.
  public func identifier(dataFingerprint: String, numerics: Int = numericsVersion) -> String {
    let text = identityText(dataFingerprint: dataFingerprint, numerics: numerics)
    return String(SHA256.hexadecimal(of: text.utf8).prefix(16))
  }

  /// What is hashed: JSON with sorted keys, no spaces and the shortest numbers that read back as themselves.
  func identityText(dataFingerprint: String, numerics: Int = numericsVersion) -> String {
    let run = normalised
    let identity = JSON.object([
      ("data", .text(dataFingerprint)), ("dataset", JSON(identityOf: run.dataset)),
      ("detector", JSON(identityOf: run.detector)), ("held_out", .text(heldOut)),
      ("numerics", .integer(numerics)), ("protocol", JSON(identityOf: run.evaluation)),
      ("seed", .integer(seed)),
    ])
    return identity.sorted.compact
  }

  /// The same for all runs of the same numbers: without where the data lie, and with the passes in their order.
  var normalised: Run {
    var run = self
    run.dataset.folder = ""
    run.dataset.skipUnreadable = false
    run.evaluation.readings = ScoringPass.allCases.filter(evaluation.passes.contains)
    return run
  }
}

extension Experiment {
  /// A run for each held-out class, in the data set's order, and each seed in the spec's order; for an image
  /// folder one for each seed.
  public var runs: [Run] {
    heldOutClasses.flatMap { heldOut in
      seeds.map { seed in
        Run(dataset: dataset, evaluation: evaluation, detector: detector, heldOut: heldOut, seed: seed)
      }
    }
  }

  /// What the runs hold out: class names in the data set's order, or "all" alone for an image folder.
  public var heldOutClasses: [String] {
    switch heldOut {
    case .all: dataset.name.classNames ?? [SpecKey.allClasses]
    case .classes(let names): names
    }
  }
}
