import Metrics
import Results

/// One evaluation (pass, score and choice of epoch) of one configuration's trainings, beside published values.
public struct RankedEvaluation: Sendable, Equatable {
  /// The trainings evaluated.
  public var training: RankedTraining
  /// Such as `squared-l2`.
  public var score: String
  /// Such as `batch-shuffled`; empty for detectors with a single pass.
  public var pass: String
  /// `last`, `best-on-test`, `mean-of-last-3`, or the number of a single epoch, from 1.
  public var epoch: String
  /// Whether it is the experiment's headline: its own pass, score and choice of epoch.
  public var isOwn: Bool
  /// The classes with a published value and a finished run, in the published order.
  public let classes: [String]
  /// AUROC of the finished runs, by class and seed.
  public let values: [[Double]]
  /// Whether each class has a run for every seed.
  public let hasAllSeeds: Bool
  /// The means over seeds, by class.
  public let means: [Double]
  /// How far the means lie from the published values.
  public let distance: ReferenceDistance
  /// The 95 % interval of the mean absolute difference over seeds; nil with one seed, or where seeds are missing.
  public let interval: Interval?
  /// Spearman's rank correlation over classes; nil where undefined.
  public let rankCorrelation: Double?

  /// Classes within this distance of their published value are counted.
  public static let margin = 0.05

  /// - Parameter values: by class and seed; nil where there is no finished run.
  /// - Returns: nil if no class has both a published value and a finished run.
  init?(
    _ training: RankedTraining, score: String, pass: String, epoch: String, isOwn: Bool,
    values: [String: [Double?]], beside published: PublishedAreas
  ) {
    let shown = published.values.compactMap { value -> (String, [Double?], Double)? in
      guard let seeds = values[value.heldOut], seeds.contains(where: { $0 != nil }) else { return nil }
      return (value.heldOut, seeds, value.area)
    }
    guard !shown.isEmpty else { return nil }
    (self.training, self.score, self.pass, self.epoch) = (training, score, pass, epoch)
    self.isOwn = isOwn
    classes = shown.map(\.0)
    self.values = shown.map { $0.1.compactMap { $0 } }
    hasAllSeeds = shown.allSatisfy { !$0.1.contains(nil) }
    means = self.values.map { $0.reduce(0, +) / Double($0.count) }
    let references = shown.map(\.2)
    distance = ReferenceDistance(means, references: references, margin: Self.margin)
    interval =
      hasAllSeeds
      ? distance.interval95(bySeed: self.values, references: references).map {
        // Two areas differ by at most 1.
        Interval($0.lower, min(1, $0.upper))
      } : nil
    let correlation = Metrics.rankCorrelation(means, references)
    rankCorrelation = correlation.isNaN ? nil : correlation
  }

  /// The mean over classes.
  public var mean: Double { means.reduce(0, +) / Double(means.count) }

  /// The difference of the largest magnitude, and its class.
  public var largest: (difference: Double, heldOut: String) {
    (distance.differences[distance.largest], classes[distance.largest])
  }

  /// One class over seeds; nil if it has no published value or no run.
  func summary(of name: String) -> SeedSummary? {
    classes.firstIndex(of: name).map { SeedSummary(values[$0]) }
  }
}

/// The trainings of one configuration of an experiment.
public struct RankedTraining: Sendable, Equatable {
  /// Name of the experiment.
  public var experiment: String
  /// What a sweep changes, or the detector of a list; empty if there is only one configuration.
  public var configuration: String
  /// The preset that the experiment starts from.
  public var preset: String?
  /// How many test images every epoch is evaluated on; 0 for all.
  public var epochSamples: Int
  /// What must be equal across data sets for trainings to count as one protocol.
  var identity: TrainingIdentity

  /// As in `audit-mnist, learning_rate=0.002`.
  public var name: String { configuration.isEmpty ? experiment : "\(experiment), \(configuration)" }
}
