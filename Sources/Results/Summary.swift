import Diagnostics
import HDF5

/// A measure for each detector, held-out class and seed: what the tables show.
public struct Summary: Sendable, Equatable {
  public var experiment: String
  public var detectors: [String]
  public var heldOut: [String]
  public var seeds: [Int]
  /// By the measure's name: `[detector][held out][seed]`, NaN where there is no run.
  public var values: [String: [[[Double]]]]
  /// What the headline is, such as `squared-l2, running, last epoch`.
  public var headline: String
  /// The data set, split and input range in words.
  public var protocolDescription: String
  /// The spec with every value written out.
  public var resolvedSpec: String

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
      let detectors = try group.openDataset("detector").readStrings().values
      let heldOut = try group.openDataset("held_out").readStrings().values
      let seeds = try group.openDataset("seed").read(Int.self).values
      let shape = [detectors.count, heldOut.count, seeds.count]
      var values: [String: [[[Double]]]] = [:]
      for measure in Measures.all {
        let flat = try group.openDataset(measure.name).read(Double.self, shape: shape)
        values[measure.name] = nested(flat, shape)
      }
      return Summary(
        experiment: try root.attributes.readString("experiment"), detectors: detectors, heldOut: heldOut,
        seeds: seeds, values: values, headline: try group.attributes.readString("headline"),
        protocolDescription: try group.attributes.readString("protocol"),
        resolvedSpec: try root.openDataset("spec/resolved").readString())
    } catch {
      throw FileSchema.summary.problem(error)
    }
  }

  /// The ids of the runs that a summary file holds.
  ///
  /// - Throws: `Problem` when there is no such file, it is none of ours, or one of its runs is damaged.
  public static func runIdentifiers(in path: String) throws -> Set<String> {
    let root = try FileSchema.summary.open(path)
    do {
      let runs = try root.openGroup("runs")
      let names = try runs.children().map(\.name)
      for name in names { _ = try StoredRun(runs.openGroup(name)) }
      return Set(names)
    } catch {
      throw FileSchema.summary.problem(error)
    }
  }

  private static func nested(_ flat: [Double], _ shape: [Int]) -> [[[Double]]] {
    (0..<shape[0]).map { detector in
      (0..<shape[1]).map { heldOut in
        let start = (detector * shape[1] + heldOut) * shape[2]
        return Array(flat[start..<start + shape[2]])
      }
    }
  }
}
