import Diagnostics
import HDF5
import Settings

/// A measure for each detector, class and seed: what the tables show. A sweep has configurations in the place of
/// detectors.
public struct Summary: Sendable, Equatable {
  public var experiment: String
  /// The detectors, or the labels of a sweep's configurations.
  public var detectors: [String]
  /// The classes, held out or normal as `classRole` says; of an image folder the kinds of anomaly.
  public var heldOut: [String]
  public var seeds: [Int]
  /// By the measure's name: `[detector][class][seed]`, NaN where there is no run.
  public var values: [String: [[[Double]]]]
  /// The id of the run behind each cell, empty where there is none: `[detector][held out][seed]`; nil in a summary that
  /// was collected before they were kept.
  public var runs: [[[String]]]?
  /// The row of all kinds of anomaly of an image folder together, beside which the other rows count nothing new;
  /// nil where every row is a class of its own.
  public var pooledRow: String?
  /// The runs that failed, in the order of the experiment's runs.
  public var failures: [FailedRun] = []
  /// What the headline is, such as `squared-l2, running, epoch last`.
  public var headline: String
  /// The pass and the epoch of the headline.
  public var pass: ScoringPass
  public var epoch: EpochChoice
  /// The sources that computed the runs of the table, such as `0123456789ab`, several separated by commas.
  public var commits: String
  /// The data set, split and input range in words.
  public var protocolDescription: String
  /// The spec with every value written out.
  public var resolvedSpec: String
  /// Where the spec lay, as the command line named it.
  public var specPath = ""
  /// What the configurations are; nil without a sweep.
  public var sweep: SweepSummary?
  /// What the classes are in the runs that are named after them.
  public var classRole = ClassRole.heldOut
  /// What is to be known of some detectors, a line each, which begins with their names.
  public var detectorNotes: [String] = []
  /// How the data differ from the published ones of their name, as the end of a sentence; nil where they do not, and
  /// where nothing is published of the name.
  public var dataDeviation: String?
  /// By detector: how many test images its runs were tested on, chosen at random; 0 for all of them.
  public var testSamples: [Int] = []

  /// Whether every cell of the tables has its run.
  public var isComplete: Bool {
    (values[Measures.all[0].name] ?? []).allSatisfy { $0.allSatisfy { $0.allSatisfy { !$0.isNaN } } }
  }

  /// How many runs the tables show; a run of an image folder fills a cell for each kind of anomaly.
  public var runCount: Int {
    guard let runs else { return cells(Measures.all[0].name).joined().joined().count { $0 != nil } }
    return Set(runs.joined().joined()).subtracting([""]).count
  }

  /// The cells of one measure, nil where there is no run.
  public func cells(_ measure: String) -> [[[Double?]]] {
    (values[measure] ?? []).map { $0.map { $0.map { $0.isNaN ? nil : $0 } } }
  }

  /// Reads `/auc` of a summary file.
  ///
  /// - Throws: `Problem` when there is no such file or it is none of ours.
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

  /// The failed runs that a summary file tells of.
  ///
  /// - Throws: `Problem` when there is no such file or it is none of ours.
  public static func failures(in path: String) throws -> [FailedRun] {
    let root = try FileSchema.summary.open(path)
    do { return try FailureTable.read(from: root) } catch { throw FileSchema.summary.problem(error) }
  }

  private static func runs(of group: HDF5Group, _ shape: [Int]) throws -> [[[String]]]? {
    guard try group.exists(SummaryTable.runName) else { return nil }
    let dataset = try group.openDataset(SummaryTable.runName)
    let (identifiers, found) = try dataset.readStrings()
    guard found == shape else { throw dataset.refusal("its shape is \(found), not \(shape)") }
    return nested(identifiers, shape)
  }

  /// Values in row-major order by detector, class and seed.
  private static func nested<Value>(_ flat: [Value], _ shape: [Int]) -> [[[Value]]] {
    (0..<shape[0]).map { detector in
      (0..<shape[1]).map { heldOut in
        let start = (detector * shape[1] + heldOut) * shape[2]
        return Array(flat[start..<start + shape[2]])
      }
    }
  }
}
