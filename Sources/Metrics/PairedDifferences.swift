/// The paired t test of differences, such as those of two detectors' areas over seeds: the uncertainty from repeating
/// training and splitting.
public struct PairedDifferences: Sendable, Equatable {
  /// The number of differences, n.
  public let count: Int
  /// NaN if there are none.
  public let mean: Double
  /// The sample standard deviation (divisor n − 1); NaN for fewer than two.
  public let standardDeviation: Double

  /// Computes the mean and standard deviation of the differences.
  public init(_ differences: [Double]) {
    count = differences.count
    let mean = differences.isEmpty ? .nan : differences.reduce(0, +) / Double(differences.count)
    self.mean = mean
    let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    // Equal numbers have no spread; the mean's rounding would give them one.
    let isConstant = Set(differences).count == 1
    standardDeviation =
      count < 2 ? .nan : isConstant ? 0 : (squares / Double(count - 1)).squareRoot()
  }

  /// The standard error of the mean.
  public var standardError: Double { standardDeviation / Double(count).squareRoot() }

  /// The mean divided by its standard error; without spread, 0 for a mean of 0, otherwise infinite.
  public var t: Double { mean == 0 && standardDeviation == 0 ? 0 : mean / standardError }

  /// The two-sided p-value by Student's t with n − 1 degrees of freedom; NaN for fewer than two differences.
  public var twoSidedP: Double {
    count > 1 ? StudentsT(degreesOfFreedom: Double(count - 1)).twoSidedP(t) : .nan
  }

  /// The 95 % interval of the mean; NaN for fewer than two differences.
  public var interval95: Interval {
    guard count > 1 else { return Interval(.nan, .nan) }
    let reach = StudentsT(degreesOfFreedom: Double(count - 1)).twoSidedQuantile(0.05) * standardError
    return Interval(mean - reach, mean + reach)
  }
}
