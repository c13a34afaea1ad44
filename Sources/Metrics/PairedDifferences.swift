/// The paired t test of differences, such as of two detectors' areas over seeds: what training and splitting anew leave
/// open.
public struct PairedDifferences: Sendable, Equatable {
  public let count: Int
  /// NaN where there are none.
  public let mean: Double
  /// The sample standard deviation (divisor n − 1); NaN for fewer than two.
  public let standardDeviation: Double

  public init(_ differences: [Double]) {
    count = differences.count
    let mean = differences.isEmpty ? .nan : differences.reduce(0, +) / Double(differences.count)
    self.mean = mean
    let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    // Equal numbers have no spread; a mean that is rounded would give them one.
    let isConstant = Set(differences).count == 1
    standardDeviation =
      count < 2 ? .nan : isConstant ? 0 : (squares / Double(count - 1)).squareRoot()
  }

  public var standardError: Double { standardDeviation / Double(count).squareRoot() }

  /// The mean over its standard error; without spread 0 for a mean of 0, and else infinite.
  public var t: Double { mean == 0 && standardDeviation == 0 ? 0 : mean / standardError }

  /// Of Student's t with n − 1 degrees of freedom; NaN for fewer than two differences.
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
