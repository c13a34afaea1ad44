/// Scores reduced to ranks, which give the same paired tests, with enough quantiles to draw their distribution.
struct RankedValues: Equatable, Sendable {
  /// By sample: whole numbers from 0, equal within a tie.
  var ranks: [Int32]
  /// From the lowest score to the highest, evenly spaced over the sorted samples.
  var quantiles: [Float]

  private static let steps = 256

  init(ranks: [Int32], quantiles: [Float]) {
    self.ranks = ranks
    self.quantiles = quantiles
  }

  /// - Precondition: no score is NaN.
  init(_ scores: [Float]) {
    let order = scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
    ranks = [Int32](repeating: 0, count: scores.count)
    var rank: Int32 = -1
    for (position, sample) in order.enumerated() {
      if position == 0 || scores[sample] != scores[order[position - 1]] { rank += 1 }
      ranks[sample] = rank
    }
    let last = order.count - 1
    quantiles = order.isEmpty ? [] : (0...Self.steps).map { scores[order[$0 * last / Self.steps]] }
  }

  /// The scores, accurate to the distance between two quantiles.
  var approximateScores: [Float] {
    let order = ranks.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }
    guard order.count > 1, quantiles.count > 1 else { return ranks.map { _ in quantiles.first ?? 0 } }
    var scores = [Float](repeating: 0, count: ranks.count)
    for (position, sample) in order.enumerated() {
      let place = Float(position) * Float(quantiles.count - 1) / Float(order.count - 1)
      let lower = min(Int(place), quantiles.count - 2)
      let share = place - Float(lower)
      scores[sample] = quantiles[lower] * (1 - share) + quantiles[lower + 1] * share
    }
    return scores
  }
}
