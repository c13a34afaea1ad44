import Foundation
import Settings

/// A checked spec: every value in its place, defaults and presets filled in.
public struct Experiment: Sendable, Equatable {
  /// `[a-z0-9-]+`; the results are stored under it.
  public var name: String
  /// Free words; empty when there are none.
  public var description: String
  /// What all its runs cost, in free words; empty when the spec does not say.
  public var cost = ""
  /// The preset that the values started from, for display: its values are already in the settings.
  public var preset: String?
  public var dataset: DatasetSettings
  /// The spec's `held_out`, or with one class normal its `normal_class`.
  public var heldOut: HeldOut
  /// The spec's `protocol`.
  public var evaluation: ProtocolSettings
  /// The one detector, or the first of `detectors`.
  public var detector: DetectorSettings
  /// The detectors that are compared; empty where the spec gives a single one.
  public var detectors: [ListedDetector] = []
  /// At least one, all different, each from 0 to 2³² − 1.
  public var seeds: [Int]
  /// What is varied; nil for an experiment of one configuration.
  public var sweep: Sweep?
  /// The seeds of a spec that names none: the reference's three.
  static let defaultSeeds = [0, 1, 2]

  /// Whether results can be stored under this name.
  public static func isName(_ name: String) -> Bool {
    name.range(of: SpecKey.namePattern, options: .regularExpression) != nil
  }

  public var source: Source
  /// What computes the networks; see `Run.engine`.
  public var engine = ComputeEngine.cpu
  /// The kernels that compute convolutions; see `Run.kernels`. No spec names them.
  public var kernels = Run.fastKernels
  /// The SHA-256 of weights that its one run is imported from; see `Run.imported`. No spec names it.
  public var imported: String?

  /// What the classes of the runs are in them.
  public var classRole: ClassRole { evaluation.split.classRole }

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

  /// The classes that play the anomaly, or are the normal one, in turn.
  public enum HeldOut: Sendable, Equatable {
    /// Every class; for an image folder, whose folders say what is anomalous, the one value there is.
    case all
    /// These classes, in the data set's order.
    case classes([String])
  }
}

/// An entry of a spec's `detectors`.
public struct ListedDetector: Sendable, Equatable {
  /// The name under which tables show it; another for each entry.
  public var label: String
  public var detector: DetectorSettings
  /// How many test images it is tested on, where that is said of it alone; nil for the protocol's number.
  public var testSamples: Int?

  public init(label: String, detector: DetectorSettings, testSamples: Int? = nil) {
    self.label = label
    self.detector = detector
    self.testSamples = testSamples
  }
}
