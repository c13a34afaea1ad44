import Settings

/// A checked spec: every value in its place, defaults and presets filled in.
public struct Experiment: Sendable, Equatable {
  /// `[a-z0-9-]+`; the results are stored under it.
  public var name: String
  /// Free words; empty when there are none.
  public var description: String
  /// The preset that the values started from, for display: its values are already in the settings.
  public var preset: String?
  public var dataset: DatasetSettings
  public var heldOut: HeldOut
  /// The spec's `protocol`.
  public var evaluation: ProtocolSettings
  public var detector: DetectorSettings
  /// At least one, all different, each from 0 to 2³² − 1.
  public var seeds: [Int]
  /// What is varied; nil for an experiment of one configuration.
  public var sweep: Sweep?
  /// The seeds of a spec that names none: the reference's three.
  static let defaultSeeds = [0, 1, 2]

  public var source: Source

  /// Where the spec was read.
  public struct Source: Sendable, Equatable {
    public var path: String
    /// The file's text as it stands, without the specs that it extends.
    public var text: String

    public init(path: String, text: String) {
      self.path = path
      self.text = text
    }
  }

  /// The classes that play the anomaly in turn.
  public enum HeldOut: Sendable, Equatable {
    /// Every class; for an image folder, whose folders say what is anomalous, the one value there is.
    case all
    /// These classes, in the data set's order.
    case classes([String])
  }
}
