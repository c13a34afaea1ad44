import Foundation
import Settings

/// A checked spec, with defaults and presets filled in.
public struct Experiment: Sendable, Equatable {
  /// `[a-z0-9-]+`; results are stored under this name.
  public var name: String
  /// Free text; may be empty.
  public var description: String
  /// The cost of all runs, as free text; empty if the spec does not say.
  public var cost = ""
  /// The preset that the values are based on, for display only: its values are already in the settings.
  public var preset: String?
  /// The spec's `dataset`.
  public var dataset: DatasetSettings
  /// The spec's `held_out`, or its `normal_class` if one class is normal.
  public var heldOut: HeldOut
  /// The spec's `protocol`.
  public var evaluation: ProtocolSettings
  /// The only detector, or the first of `detectors`.
  public var detector: DetectorSettings
  /// The detectors to compare; empty if the spec has a single one.
  public var detectors: [ListedDetector] = []
  /// At least one, all distinct, each from 0 to 2³² − 1.
  public var seeds: [Int]
  /// The variations; nil for an experiment with one configuration.
  public var sweep: Sweep?
  /// The seeds of a spec that names none: the reference's three.
  static let defaultSeeds = [0, 1, 2]

  /// The most characters of a name. File systems allow 255 bytes; the longest end that a file of the name gets, while a
  /// page on imported weights is written, has 94: `-imported-01234567.html.tmp-HOST.MACHINE-PROCESS-RANDOM`.
  public static let longestName = 160

  /// Whether the files of an experiment of this name, which may be of imported weights, have names that are too long.
  static func isTooLong(_ name: String) -> Bool {
    name.replacing(/-imported-[0-9a-f]{8}$/, with: "").count > longestName
  }

  /// Whether results can be stored under this name.
  public static func isName(_ name: String) -> Bool {
    name.range(of: SpecKey.namePattern, options: .regularExpression) != nil && !isTooLong(name)
  }

  /// Where the spec came from.
  public var source: Source
  /// What computes the networks; see `Run.engine`.
  public var engine = ComputeEngine.cpu
  /// The kernels that compute convolutions; see `Run.kernels`. They are not part of a spec.
  public var kernels = Run.fastKernels
  /// The SHA-256 of weights that its one run is imported from; see `Run.imported`. No spec names it.
  public var imported: String?

  /// The role of the runs' classes.
  public var classRole: ClassRole { evaluation.split.classRole }

  /// Where a spec came from.
  public struct Source: Sendable, Equatable {
    /// The path of the file.
    public var path: String
    /// The file's own text, without the specs that it extends.
    public var text: String

    /// A spec's path and text.
    public init(path: String, text: String) {
      self.path = path
      self.text = text
    }
  }

  /// The classes that take turns as the anomaly or the normal class.
  public enum HeldOut: Sendable, Equatable {
    /// Every class; for an image folder whose folders define the anomalies, the only possible value.
    case all
    /// The given classes, and groups of classes by their `ClassGroup` name: in the data set's order, or the spec's if the
    /// classes are unknown until the data are read.
    case classes([String])
  }
}

/// An entry of a spec's `detectors`.
public struct ListedDetector: Sendable, Equatable {
  /// The detector's name in tables, unique among the entries.
  public var label: String
  /// The detector with its hyperparameters.
  public var detector: DetectorSettings
  /// The number of test images for this detector alone; nil for the protocol's number.
  public var testSamples: Int?

  /// - Parameter testSamples: nil for the protocol's number.
  public init(label: String, detector: DetectorSettings, testSamples: Int? = nil) {
    self.label = label
    self.detector = detector
    self.testSamples = testSamples
  }
}
