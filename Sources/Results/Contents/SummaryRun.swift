import Diagnostics
import HDF5
import Specs

/// A run behind the tables of a summary, and its place in them.
public struct SummaryRun: Sendable, Equatable {
  public let identifier: String
  /// The row: a detector, or the label of a sweep's configuration.
  public let row: String
  /// The held-out class; "all" for an image folder.
  public let heldOut: String
  public let seed: Int
  public let trainingImages: Int
  /// The epoch (from 1) that the headline is read at.
  public let headlineEpoch: Int
}

extension SummaryRun {
  /// What a stored run says of itself.
  private struct Head {
    var identifier: String
    var detector: String
    var heldOut: String
    var seed: Int
    var trainingImages: Int
    var headlineEpoch: Int
    var fingerprint: String
    var numerics: Int?

    init(_ group: HDF5Group) throws(HDF5Error) {
      let attributes = group.attributes
      identifier = try attributes.readString("id")
      detector = try attributes.readString("detector")
      heldOut = try attributes.readString("held_out")
      seed = try attributes.readNumber(Int.self, "seed")
      trainingImages = try attributes.readNumber(Int.self, "training_images")
      headlineEpoch = try attributes.readNumber(Int.self, "headline_epoch")
      fingerprint = try attributes.readString("data_fingerprint")
      let facts = try group.openGroup("environment").attributes
      numerics = try facts.exists("numerics_version") ? Int(facts.readString("numerics_version")) : nil
    }
  }

  /// The runs that the tables show, in the tables' order.
  ///
  /// A summary also keeps runs that its experiment no longer asks for: what it does ask for is told by their ids.
  static func all(in stored: HDF5Group, behind summary: Summary, path: String) throws -> [SummaryRun] {
    let heads = try stored.names().map { try Head(stored.openGroup($0)) }
    let rows = try rows(of: heads, behind: summary, path: path)
    let runs = heads.compactMap { head in
      rows[head.identifier].map { row in
        SummaryRun(
          identifier: head.identifier, row: row, heldOut: head.heldOut, seed: head.seed,
          trainingImages: head.trainingImages, headlineEpoch: head.headlineEpoch)
      }
    }
    func place(_ run: SummaryRun) -> (Int, Int, Int) {
      (
        summary.detectors.firstIndex(of: run.row) ?? .max,
        summary.heldOut.firstIndex(of: run.heldOut) ?? .max,
        summary.seeds.firstIndex(of: run.seed) ?? .max
      )
    }
    return runs.sorted { place($0) < place($1) }
  }

  /// The row of each run that the experiment asks for, by id.
  private static func rows(
    of heads: [Head], behind summary: Summary, path: String
  ) throws -> [String: String] {
    let experiment = try experiment(of: summary, path: path)
    var rows: [String: String] = [:]
    // As a rule there is one of each.
    let versions = Set(heads.map { $0.numerics ?? numericsVersion })
    let fingerprints = Set(heads.map(\.fingerprint))
    for configuration in experiment.configurations {
      let row = summary.detectors.firstIndex(of: configuration.label)
      let epochs = experiment.rungs.isEmpty ? nil : row.flatMap { summary.sweep?.epochs[$0] }
      for numerics in versions {
        for fingerprint in fingerprints {
          let runs = experiment.identifiedRuns(
            of: configuration, epochs: epochs, dataFingerprint: fingerprint, numerics: numerics)
          for run in runs {
            rows[run.identifier] = experiment.sweep == nil ? run.run.detector.name : run.configuration
          }
        }
      }
    }
    return rows
  }

  private static func experiment(of summary: Summary, path: String) throws(Problem) -> Experiment {
    do {
      return try Experiment.parse(text: summary.resolvedSpec, path: "\(path):/spec/resolved")
    } catch {
      let problem = error.problems.first
      throw Problem(
        .badData, at: problem?.place ?? path, problem?.cause ?? "the spec cannot be read",
        hint: "the summary is of another version of ganomaly: read it with that one")
    }
  }
}
