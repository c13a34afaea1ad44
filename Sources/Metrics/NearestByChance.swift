import Randomness

/// How near to reference values the nearest of many candidates comes by chance: the distribution of its distance when
/// the references are permuted over the classes, so that no candidate knows which value is whose.
///
/// The distance of a candidate is its mean absolute difference from the references. The smallest of many is small
/// even where none has anything to do with them, and the more so the more candidates there are.
public struct NearestByChance: Sendable, Equatable {
  /// The distance of the nearest candidate from the references as they are.
  public let nearest: Double
  /// The distance of the nearest candidate from each permutation of the references, the smallest first.
  public let distances: [Double]

  /// Costs classes² for each candidate, and classes for each candidate and permutation at most.
  ///
  /// - Parameters:
  ///   - candidates: by candidate and class.
  ///   - references: by class.
  ///   - permutations: the place of the reference that stands beside each class.
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

  /// Draws so many permutations from a random stream of its own.
  ///
  /// - Parameter seed: the same seed gives the same permutations.
  public init(candidates: [[Double]], references: [Double], count: Int, seed: UInt64) {
    var stream = RandomStream(seed: seed, name: Self.streamName)
    self.init(
      candidates: candidates, references: references,
      permutations: (0..<count).map { _ in stream.nextPermutation(of: references.count) })
  }

  /// The name of the stream that permutations are drawn from.
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

  /// The middle of the distances by chance.
  public var median: Double { quantile(ofSorted: distances, 0.5) }

  /// What 5 % of the distances by chance stay below.
  public var fivePercentPoint: Double { quantile(ofSorted: distances, 0.05) }

  /// How many permutations have a nearest candidate that is at least as near as the actual nearest.
  ///
  /// Sums that only rounding tells apart are equally near: |a − r| + |b − s| = |a − s| + |b − r| wherever both values
  /// lie on one side of both references.
  public var countAtLeastAsNear: Int { distances.count { $0 <= nearest + 1e-12 } }

  /// The same as a share of the permutations.
  public var shareAtLeastAsNear: Double { Double(countAtLeastAsNear) / Double(distances.count) }
}
