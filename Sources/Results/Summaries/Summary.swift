import Diagnostics
import HDF5
import Settings

/// What the tables show: each measure by detector, class and seed. A sweep has configurations in place of detectors.
public struct Summary: Sendable, Equatable {
  /// Name of the experiment.
  public var experiment: String
  /// The detectors, or the labels of a sweep's configurations.
  public var detectors: [String]
  /// The classes, held out or normal as `classRole` says; for an image folder, the anomaly kinds.
  public var heldOut: [String]
  /// The seeds, in the order of the tables.
  public var seeds: [Int]
  /// By the measure's name: `[detector][class][seed]`, NaN where there is no run.
  public var values: [String: [[[Double]]]]
  /// How well error maps find labeled pixels, `[detector][class][seed]`: AUROC and area under the per-region overlap
  /// curve, NaN where there is no run; nil without such labels.
  public var pixels: PixelAreas?
  /// The id of the run behind each cell, empty where there is none: `[detector][class][seed]`; nil in a summary
  /// collected before ids were kept.
  public var runs: [[[String]]]?
  /// For an image folder, the row of all anomaly kinds together, which already includes the other rows; nil if every
  /// row is a class of its own.
  public var pooledRow: String?
  /// The runs that failed, in the order of the experiment's runs.
  public var failures: [FailedRun] = []
  /// The headline in words, such as `squared-l2, running, epoch last`.
  public var headline: String
  /// The headline's pass.
  public var pass: ScoringPass
  /// The headline's choice of epoch.
  public var epoch: EpochChoice
  /// The commits that computed the runs of the table, such as `0123456789ab`, separated by commas.
  public var commits: String
  /// The data set, split and input range in words.
  public var protocolDescription: String
  /// The spec with every value written out.
  public var resolvedSpec: String
  /// The spec's path, as given on the command line.
  public var specPath = ""
  /// What the configurations are; nil without a sweep.
  public var sweep: SweepSummary?
  /// Whether the classes are held out or normal.
  public var classRole = ClassRole.heldOut
  /// Notes on some detectors, one per line, which begins with their names.
  public var detectorNotes: [String] = []
  /// How the data differ from the published data of that name, as the end of a sentence; nil if they do not, or if
  /// nothing is published under the name.
  public var dataDeviation: String?
  /// By detector: on how many test images, chosen at random, its runs were tested; 0 for all of them.
  public var testSamples: [Int] = []
  /// Whether no anomalies were tested, so that runs have no measures.
  public var testsNormalsOnly = false

  /// How well error maps find labeled pixels, by detector, class and seed.
  public struct PixelAreas: Sendable, Equatable {
    /// Areas under the ROC curve over all pixels.
    public var auroc: [[[Double]]]
    /// Areas under the per-region overlap curve.
    public var aupro: [[[Double]]]
  }

  /// Whether every cell of the tables has a value.
  public var isComplete: Bool {
    (values[Measures.all[0].name] ?? []).allSatisfy { $0.allSatisfy { $0.allSatisfy { !$0.isNaN } } }
  }

  /// Whether a run is behind a cell.
  public func hasRun(_ detector: Int, _ heldOut: Int, _ seed: Int) -> Bool {
    runs.map { !$0[detector][heldOut][seed].isEmpty } ?? false
  }

  /// The cells of one measure, nil where there is no run.
  public func cells(_ measure: String) -> [[[Double?]]] {
    (values[measure] ?? []).map { $0.map { $0.map { $0.isNaN ? nil : $0 } } }
  }

  /// Reads `/auc` of a summary file.
  ///
  /// - Throws: `Problem` if there is no such file or it is not one of ours.
  public static func read(from path: String) throws -> Summary {
    let root = try FileSchema.summary.open(path)
    do {
      let group = try root.openGroup("auc")
      let sweep = try root.exists("sweep") ? try SweepSummary(root.openGroup("sweep")) : nil
      let detectors = try group.openDataset(sweep == nil ? "detector" : "configuration").readStrings().values
      let role = try ClassRole(of: group)
      let heldOut = try group.openDataset(role.key).readStrings().values
      let seeds = try group.openDataset("seed").read(Int.self).values
      let shape = [detectors.count, heldOut.count, seeds.count]
      var values: [String: [[[Double]]]] = [:]
      for measure in Measures.all {
        let flat = try group.openDataset(measure.name).read(Double.self, shape: shape)
        values[measure.name] = nested(flat, shape)
      }
      var summary = Summary(
        experiment: try root.attributes.readString("experiment"), detectors: detectors, heldOut: heldOut,
        seeds: seeds, values: values, runs: try runs(of: group, shape),
        pooledRow: try group.attributes.exists("pooled_row")
          ? try group.attributes.readString("pooled_row") : nil,
        failures: try FailureTable.read(from: root),
        headline: try group.attributes.readString("headline"), pass: try choice("pass", of: group, in: path),
        epoch: try choice("epoch", of: group, in: path), commits: try group.attributes.readString("commits"),
        protocolDescription: try group.attributes.readString("protocol"),
        resolvedSpec: try root.openDataset("spec/resolved").readString(),
        specPath: try root.openGroup("spec").attributes.readString("path"), sweep: sweep, classRole: role,
        detectorNotes: try group.attributes.exists(SummaryTable.detectorNotesName)
          ? try group.attributes.readString(SummaryTable.detectorNotesName).split(separator: "\n").map(
            String.init)
          : [],
        testSamples: try group.exists(SummaryTable.testSamplesName)
          ? try group.openDataset(SummaryTable.testSamplesName).read(Int.self, shape: [detectors.count])
          : detectors.map { _ in 0 })
      if try group.exists(SummaryTable.pixelMeasures[0].name) {
        let areas = try SummaryTable.pixelMeasures.map {
          nested(try group.openDataset($0.name).read(Double.self, shape: shape), shape)
        }
        summary.pixels = PixelAreas(auroc: areas[0], aupro: areas[1])
      }
      summary.testsNormalsOnly = try group.attributes.exists(SummaryTable.normalsOnlyName)
      summary.dataDeviation = try summary.deviation(ofDataBehind: root)
      return summary
    } catch let error as HDF5Error {
      throw FileSchema.summary.problem(error)
    }
  }

  private static func choice<Choice: SettingChoice>(
    _ name: String, of group: HDF5Group, in path: String
  ) throws -> Choice {
    let word = try group.attributes.readString(name)
    guard let choice = Choice(rawValue: word) else {
      throw Problem(
        .badData, at: "\(path):\(group.path)", "'\(word)' is not a \(name) that this program knows")
    }
    return choice
  }

  private static func runs(of group: HDF5Group, _ shape: [Int]) throws -> [[[String]]]? {
    guard try group.exists(SummaryTable.runName) else { return nil }
    let dataset = try group.openDataset(SummaryTable.runName)
    let (identifiers, found) = try dataset.readStrings()
    guard found == shape else { throw dataset.refusal("its shape is \(found), not \(shape)") }
    return nested(identifiers, shape)
  }

  /// Nests row-major values by detector, class and seed.
  private static func nested<Value>(_ flat: [Value], _ shape: [Int]) -> [[[Value]]] {
    (0..<shape[0]).map { detector in
      (0..<shape[1]).map { heldOut in
        let start = (detector * shape[1] + heldOut) * shape[2]
        return Array(flat[start..<start + shape[2]])
      }
    }
  }
}
