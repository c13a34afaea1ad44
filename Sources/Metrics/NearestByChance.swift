import Randomness

/// How close the closest of many candidates comes to reference values by chance: the distribution of its distance when
/// the references are permuted over the classes, so that no candidate can know which value belongs to which class.
///
/// A candidate's distance is its mean absolute difference from the references. The smallest of many distances is small
/// even if no candidate is related to the references, and smaller the more candidates there are.
public struct NearestByChance: Sendable, Equatable {
  /// The distance of the closest candidate from the actual references.
  public let nearest: Double
  /// The distance of the closest candidate from each permutation of the references, ascending.
  public let distances: [Double]

  /// Costs classes² per candidate, plus at most classes per candidate and permutation.
  ///
  /// - Parameters:
  ///   - candidates: a value per candidate and class.
  ///   - references: a value per class.
  ///   - permutations: for each class, the index of the reference it is compared with.
  /// - Precondition: at least one candidate, one class and one permutation; as many values as references.
  public init(candidates: [[Double]], references: [Double], permutations: some Sequence<[Int]>) {
    precondition(!candidates.isEmpty && !references.isEmpty, "no candidates or no references")
    let classes = references.count
    // By candidate, class and reference.
    var gaps: [Double] = []
    gaps.reserveCapacity(candidates.count * classes * classes)
    for values in candidates {
      precondition(values.count == classes, "\(values.count) values beside \(classes) references")
      for value in values { for reference in references { gaps.append(abs(value - reference)) } }
    }
    nearest = Self.nearest(gaps, order: Array(0..<classes))
    distances = permutations.map { Self.nearest(gaps, order: $0) }.sorted()
    precondition(!distances.isEmpty, "no permutations")
  }

  /// Draws `count` permutations from a random stream of its own.
  ///
  /// - Parameter seed: the same seed gives the same permutations.
  public init(candidates: [[Double]], references: [Double], count: Int, seed: UInt64) {
    var stream = RandomStream(seed: seed, name: Self.streamName)
    self.init(
      candidates: candidates, references: references,
      permutations: (0..<count).map { _ in stream.nextPermutation(of: references.count) })
  }

  /// The name of the random stream for the permutations.
  public static let streamName = "permutations of published values"

  private static func nearest(_ gaps: [Double], order: [Int]) -> Double {
    let classes = order.count
    var least = Double.infinity
    let gaps = gaps.span
    for start in stride(from: 0, to: gaps.count, by: classes * classes) {
      var sum = 0.0
      for (position, reference) in order.enumerated() {
        sum += gaps[start + position * classes + reference]
        if sum >= least { break }
      }
      least = min(least, sum)
    }
    return least / Double(classes)
  }

  /// The median of the distances by chance.
  public var median: Double { quantile(ofSorted: distances, 0.5) }

  /// The 5 % quantile of the distances by chance.
  public var fivePercentPoint: Double { quantile(ofSorted: distances, 0.05) }

  /// The number of permutations whose closest candidate is at least as close as the actual one.
  ///
  /// Sums that differ only by rounding count as equal: |a − r| + |b − s| = |a − s| + |b − r| wherever both values lie
  /// on one side of both references.
  public var countAtLeastAsNear: Int { distances.count { $0 <= nearest + 1e-12 } }

  /// `countAtLeastAsNear` as a share of the permutations.
  public var shareAtLeastAsNear: Double { Double(countAtLeastAsNear) / Double(distances.count) }
}
