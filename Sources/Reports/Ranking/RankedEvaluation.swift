import Metrics
import Results

/// One way of evaluating the trainings of one configuration, beside published values: a pass, a score and a choice of
/// the epoch.
public struct RankedEvaluation: Sendable, Equatable {
  /// Whose trainings they are.
  public var training: RankedTraining
  /// Such as `squared-l2`.
  public var score: String
  /// Such as `batch-shuffled`; empty for detectors that have but one pass.
  public var pass: String
  /// `last`, `best-on-test`, `mean-of-last-3`, or the number of a single epoch, from 1.
  public var epoch: String
  /// Whether the experiment has just this pass, score and choice of the epoch: its headline.
  public var isOwn: Bool
  /// The classes with a published value and a finished run, in the published order.
  public let classes: [String]
  /// AUROC by class and seed, of the runs that are finished.
  public let values: [[Double]]
  /// Whether each class has a run of every seed.
  public let hasAllSeeds: Bool
  /// The mean over seeds by class.
  public let means: [Double]
  public let distance: ReferenceDistance
  /// The 95 % interval of the mean absolute difference over seeds; nil with one seed, or where seeds are missing.
  public let interval: Interval?
  /// Spearman's, over classes; nil where it is not defined.
  public let rankCorrelation: Double?

  /// A class within so much of its published value is counted.
  public static let margin = 0.05

  /// - Parameter values: by class and seed; nil where there is no finished run.
  /// - Returns: nil where no class has both a published value and a finished run.
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
        // Areas lie no further apart.
        Interval($0.lower, min(1, $0.upper))
      } : nil
    let correlation = Metrics.rankCorrelation(means, references)
    rankCorrelation = correlation.isNaN ? nil : correlation
  }

  /// The mean over classes.
  public var mean: Double { means.reduce(0, +) / Double(means.count) }

  /// The largest difference with its class.
  public var largest: (difference: Double, heldOut: String) {
    (distance.differences[distance.largest], classes[distance.largest])
  }

  /// Of a class over seeds; nil for a class without a published value or a run.
  func summary(of name: String) -> SeedSummary? {
    classes.firstIndex(of: name).map { SeedSummary(values[$0]) }
  }
}

/// The trainings of one configuration of an experiment.
public struct RankedTraining: Sendable, Equatable {
  public var experiment: String
  /// What a sweep changes, or the detector of a list; empty where there is nothing to tell apart.
  public var configuration: String
  /// The preset that the experiment starts from.
  public var preset: String?
  /// How many test images every epoch is evaluated on; 0 for all.
  public var epochSamples: Int
  /// What must be the same on another data set for the trainings to be of one protocol.
  var identity: TrainingIdentity

  /// As in `audit-mnist, learning_rate=0.002`.
  public var name: String { configuration.isEmpty ? experiment : "\(experiment), \(configuration)" }
}
