/// The quantile of sorted numbers, interpolated linearly like numpy's `quantile` by default; NaN if there are none.
///
/// - Precondition: `sorted` is ascending, and `share` is in 0…1.
func quantile(ofSorted sorted: [Double], _ share: Double) -> Double {
  precondition((0...1).contains(share), "a share of \(share) is not in 0…1")
  guard !sorted.isEmpty else { return .nan }
  let position = share * Double(sorted.count - 1)
  let index = min(Int(position), sorted.count - 1)
  guard index + 1 < sorted.count else { return sorted[index] }
  return sorted[index] + (position - Double(index)) * (sorted[index + 1] - sorted[index])
}
