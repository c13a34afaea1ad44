import Diagnostics
import Metrics
import Results
import Specs

/// All evaluations of any number of experiments, ranked by how near they are to the published values.
///
/// A candidate is one configuration of an experiment in one pass, with one score and one choice of epoch. Candidates
/// are ranked by their mean absolute difference from the published values over classes, and only among those with the
/// same classes.
public struct Ranking: Sendable, Equatable {
  /// The candidates of one data set with the same classes.
  public struct Section: Sendable, Equatable {
    /// The published values that they are compared with.
    public let published: PublishedAreas
    /// The classes, in the published order.
    public let classes: [String]
    /// Nearest first; ties keep the order of the experiments.
    public let candidates: [RankedEvaluation]
    /// How near the nearest of that many candidates comes by chance.
    public let chance: NearestByChance

    init(_ published: PublishedAreas, _ classes: [String], _ candidates: [RankedEvaluation]) {
      self.published = published
      self.classes = classes
      trainings = candidates.reduce(into: []) { if !$0.contains($1.training) { $0.append($1.training) } }
      self.candidates = candidates.enumerated().sorted {
        ($0.element.distance.meanAbsolute, $0.offset) < ($1.element.distance.meanAbsolute, $1.offset)
      }.map(\.element)
      chance = NearestByChance(
        candidates: candidates.map(\.means), references: published.areas(of: classes),
        count: Ranking.permutations, seed: Ranking.seed)
    }

    /// The published classes that the candidates lack.
    public var missing: [String] { published.missing(from: classes) }

    /// The experiments' own evaluations, in the order of the experiments, with their ranks from 1.
    public var own: [(rank: Int, candidate: RankedEvaluation)] {
      trainings.flatMap { training in
        ranked.filter { $0.candidate.isOwn && $0.candidate.training == training }
      }
    }

    var ranked: [(rank: Int, candidate: RankedEvaluation)] {
      candidates.enumerated().map { ($0 + 1, $1) }
    }

    /// The trainings, in the order of the experiments.
    let trainings: [RankedTraining]
  }

  /// By data set, in the order of the experiments; within one, those with the most classes first.
  public let sections: [Section]
  /// Protocols that were evaluated on every data set; empty for a single data set.
  public let protocols: [ProtocolRanking]
  /// What is not ranked, and why.
  let omissions: [String]
  /// How many candidates each section's renderings show; nil for all.
  public var shown: Int? = Ranking.usuallyShown

  /// Number of permutations of the published values, drawn from the stream `NearestByChance.streamName`.
  public static let permutations = 10_000
  static let seed: UInt64 = 0
  /// The default of `shown`.
  public static let usuallyShown = 15

  /// - Parameters:
  ///   - paths: the experiments' summary files; at least one.
  ///   - tables: published values of any data set.
  ///   - method: as published; nil for the first of one of the experiment's detectors.
  /// - Throws: `Problem` if a summary is given twice, is not one of ours, or fits no published values, if two of one
  ///   data set fit different ones, and if no run that could be ranked is finished; `SpecProblems` if one holds a spec
  ///   that this program cannot read.
  public init(summaries paths: [String], published tables: [PublishedTable], method: String? = nil) throws {
    precondition(!paths.isEmpty, "no summaries")
    var experiments: [RankedExperiment] = []
    try requireDistinct(paths, hint: "its candidates would count twice")
    for path in paths {
      guard let experiment = try RankedExperiment(path, published: tables, method: method) else {
        throw Problem(
          .usage, at: path,
          "there is no published AUROC\(method.map { " of '\($0)'" } ?? "") for its data, protocol and detector",
          hint: "name published values with --published, or a method among them with --method")
      }
      if let other = experiments.first(where: { $0.published.dataset == experiment.published.dataset })?
        .published, other != experiment.published
      {
        throw Problem(
          .usage, at: path,
          "it is compared with \(experiment.published.method) (\(experiment.published.source)), another experiment "
            + "with \(other.method) (\(other.source))",
          hint: "rank them separately, or name the method with --method")
      }
      experiments.append(experiment)
    }
    try self.init(experiments, at: paths[0])
  }

  /// The ranking of one summary; nil if no published values fit, its data are not the published ones, or no run is
  /// finished.
  ///
  /// - Throws: as `init(summaries:published:method:)`, for a damaged file.
  public static func ifPublished(_ path: String, published tables: [PublishedTable]) throws -> Ranking? {
    // Published values are not comparable with results on other data.
    guard try Summary.read(from: path).dataDeviation == nil,
      let experiment = try RankedExperiment(path, published: tables, method: nil),
      !experiment.evaluations.isEmpty
    else { return nil }
    return try Ranking([experiment], at: path)
  }

  private init(_ experiments: [RankedExperiment], at path: String) throws {
    let candidates = experiments.flatMap(\.evaluations)
    guard !candidates.isEmpty else {
      throw Problem(
        .missingInput, at: path, "no class with a published value has a finished run",
        hint: "run the experiment first")
    }
    var published: [PublishedAreas] = []
    for experiment in experiments where !published.contains(experiment.published) {
      published.append(experiment.published)
    }
    sections = published.flatMap { published in
      Self.sections(
        published, experiments.filter { $0.published == published }.flatMap(\.evaluations))
    }
    protocols = published.count > 1 ? ProtocolRanking.all(sections, datasets: published.map(\.dataset)) : []
    omissions = Self.omissions(experiments)
  }

  private static func sections(
    _ published: PublishedAreas, _ candidates: [RankedEvaluation]
  ) -> [Section] {
    var sets: [[String]] = []
    for candidate in candidates where !sets.contains(candidate.classes) { sets.append(candidate.classes) }
    let sorted = sets.enumerated().sorted { (-$0.element.count, $0.offset) < (-$1.element.count, $1.offset) }
    return sorted.map { _, classes in
      Section(published, classes, candidates.filter { $0.classes == classes })
    }
  }

  private static func omissions(_ experiments: [RankedExperiment]) -> [String] {
    let unfinished = experiments.flatMap(\.unfinished)
    let others = experiments.flatMap(\.otherDetectors)
    return
      (unfinished.isEmpty
      ? [] : ["Not ranked, since no run is finished: \(unfinished.joined(separator: "; "))."])
      + (others.isEmpty
        ? []
        : [
          "Not ranked, since the published values are for another detector: \(others.joined(separator: ", "))."
        ])
  }
}
