/// How far values are from reference values, such as several classes' areas from published ones.
public struct ReferenceDistance: Sendable, Equatable {
  /// For each class, the value minus its reference.
  public let differences: [Double]
  /// The mean of the differences' absolute values.
  public let meanAbsolute: Double
  /// The mean of the differences.
  public let bias: Double
  /// The number of values within the margin of their references, inclusive.
  public let countWithin: Int
  /// The class with the largest absolute difference; the first if there are several.
  public let largest: Int

  /// - Parameters:
  ///   - references: one per class, like the values.
  ///   - margin: in the values' unit; exceeding it by up to 10⁻¹² still counts as within.
  /// - Precondition: as many references as values; at least one; all finite.
  public init(_ values: [Double], references: [Double], margin: Double) {
    precondition(values.count == references.count, "\(values.count) values beside \(references.count)")
    precondition(!values.isEmpty, "no values")
    let differences = zip(values, references).map { $0 - $1 }
    precondition(differences.allSatisfy(\.isFinite), "a difference of \(differences) is not finite")
    self.differences = differences
    let count = Double(differences.count)
    meanAbsolute = differences.reduce(0) { $0 + abs($1) } / count
    bias = differences.reduce(0, +) / count
    countWithin = differences.count { abs($0) <= margin + 1e-12 }
    largest = differences.indices.reduce(0) { abs(differences[$1]) > abs(differences[$0]) ? $1 : $0 }
  }

  /// The 95 % interval of the mean absolute difference from the spread over seeds: Student's t, over seeds, of Σ σ(x −
  /// r)/n, where σ is the sign of the class's difference in the mean over seeds.
  ///
  /// That sum's mean over seeds is the mean absolute difference itself. Fixing the signs is the delta method's
  /// linearization; the interval is too narrow near a difference of 0.
  ///
  /// - Parameters:
  ///   - values: by class and seed; their means over seeds are the values this distance was made from.
  ///   - references: by class.
  /// - Returns: from 0 up; nil for fewer than two seeds, or where classes have different numbers of seeds.
  public func interval95(bySeed values: [[Double]], references: [Double]) -> Interval? {
    precondition(values.count == differences.count, "\(values.count) classes, not \(differences.count)")
    let seeds = values[0].count
    guard seeds > 1, values.allSatisfy({ $0.count == seeds }) else { return nil }
    let sums = (0..<seeds).map { seed in
      var sum = 0.0
      for (position, difference) in differences.enumerated() where difference != 0 {
        sum += (difference < 0 ? -1 : 1) * (values[position][seed] - references[position])
      }
      return sum / Double(differences.count)
    }
    let interval = PairedDifferences(sums).interval95
    return Interval(max(0, interval.lower), interval.upper)
  }
}
