/// The candidate that `word` was most likely meant to be: the one with the smallest edit distance, if that is at most a
/// third of the word's length (and at least 1); nil if none is that close.
public func nearest<Candidates: Sequence<String>>(to word: String, among candidates: Candidates) -> String? {
  let allowed = max(1, word.count / 3)
  var best: (distance: Int, candidate: String)?
  for candidate in candidates {
    let distance = editDistance(word.lowercased(), candidate.lowercased())
    if distance <= allowed, distance < (best?.distance ?? .max) { best = (distance, candidate) }
  }
  return best?.candidate
}

/// The smallest number of insertions, deletions, replacements or swaps of adjacent characters that turn `a` into `b`
/// (optimal string alignment distance).
func editDistance(_ a: String, _ b: String) -> Int {
  let a = Array(a), b = Array(b)
  if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for i in 1...a.count {
    var row = [i] + [Int](repeating: 0, count: b.count)
    for j in 1...b.count {
      row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
        row[j] = min(row[j], beforeLast[j - 2] + 1)
      }
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
