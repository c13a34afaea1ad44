/// The mean and the spread of a value over seeds.
public struct SeedSummary: Sendable, Equatable {
  /// How many seeds have a value.
  public let count: Int
  /// Whether every seed has one.
  public let isComplete: Bool
  /// The mean of the values present; nil if there is none.
  public let mean: Double?
  /// The sample standard deviation (divisor n − 1) of the values present; nil for fewer than two.
  public let standardDeviation: Double?

  /// Summarizes one value per seed; nil marks a missing one.
  public init(_ values: [Double?]) {
    let present = values.compactMap { $0 }
    count = present.count
    isComplete = present.count == values.count
    guard !present.isEmpty else {
      (mean, standardDeviation) = (nil, nil)
      return
    }
    let mean = present.reduce(0, +) / Double(present.count)
    self.mean = mean
    let squares = present.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    standardDeviation = present.count > 1 ? (squares / Double(present.count - 1)).squareRoot() : nil
  }

  /// No value at all.
  static let missing = SeedSummary([nil])
}

extension AUCTable {
  /// The summary over seeds for one detector and class.
  public func summary(detector: Int, heldOut: Int) -> SeedSummary { SeedSummary(values[detector][heldOut]) }

  /// Whether to show a mean over classes: there are several, and their mean is meaningful.
  var hasMeanOverHeldOut: Bool { allowsMeanOverHeldOut && heldOut.count > 1 }

  /// For each seed, the mean over classes; nil if a class lacks a value for that seed, since a mean over other classes
  /// is another measure, or if no such mean is allowed.
  public func meansOverHeldOut(detector: Int) -> [Double?] {
    seeds.indices.map { seed in
      let summary = SeedSummary(values[detector].map { $0[seed] })
      return summary.isComplete && allowsMeanOverHeldOut ? summary.mean : nil
    }
  }

  /// The summary over seeds of `meansOverHeldOut`; empty unless every seed has a value.
  public func meanSummary(detector: Int) -> SeedSummary {
    let summary = SeedSummary(meansOverHeldOut(detector: detector))
    return summary.isComplete ? summary : .missing
  }

  /// How many values are missing.
  public var missingCount: Int { values.joined().joined().count { $0 == nil } }

  /// Whether some class has values for some seeds but not for all.
  var hasPartialSummaries: Bool {
    values.joined().contains { bySeed in
      let summary = SeedSummary(bySeed)
      return summary.count > 0 && !summary.isComplete
    }
  }
}
