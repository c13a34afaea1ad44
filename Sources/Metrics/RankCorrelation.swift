/// The ranks of numbers, from 1 for the smallest; equal numbers share the mean of their ranks.
///
/// - Precondition: every number is finite.
public func midranks(_ values: [Double]) -> [Double] {
  precondition(values.allSatisfy(\.isFinite), "no ranks of \(values)")
  let order = values.indices.sorted { values[$0] < values[$1] }
  var ranks = [Double](repeating: 0, count: values.count)
  var start = 0
  while start < order.count {
    var end = start + 1
    while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
    // The mean of start + 1 … end.
    let shared = Double(start + end + 1) / 2
    for place in start..<end { ranks[order[place]] = shared }
    start = end
  }
  return ranks
}

/// Spearman's rank correlation: Pearson's correlation of the midranks, as in scipy's `spearmanr`.
///
/// - Returns: from −1 to 1; NaN for fewer than two pairs, or if all numbers on one side are equal.
/// - Precondition: the same number of values on both sides, all finite.
public func rankCorrelation(_ first: [Double], _ second: [Double]) -> Double {
  precondition(first.count == second.count, "\(first.count) numbers beside \(second.count)")
  guard first.count > 1 else { return .nan }
  // Midranks are multiples of ½, so all sums below are exact; their mean is (n + 1)/2 even with ties.
  let middle = Double(first.count + 1) / 2
  let (a, b) = (midranks(first).map { $0 - middle }, midranks(second).map { $0 - middle })
  func sum(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
  let (squaresA, squaresB) = (sum(a, a), sum(b, b))
  guard squaresA > 0, squaresB > 0 else { return .nan }
  return max(-1, min(1, sum(a, b) / (squaresA * squaresB).squareRoot()))
}
