import Diagnostics
import Settings

/// `seeds`: a list of integers and inclusive ranges such as `0..9`, or a single range.
extension SpecResolver {
  /// The last legal list of seeds; all given ones are checked.
  mutating func seeds() -> [Int]? {
    var last: [Int]?
    for node in nodes(.seeds, in: layers) {
      do {
        last = try Self.seeds(node)
      } catch {
        problems.append(error)
      }
    }
    return last
  }

  private static func seeds(_ node: SpecNode) throws(Problem) -> [Int] {
    if let range = try range(node) { return Array(range) }
    guard case .list(let nodes) = node.content, nodes.contains(where: { isRange($0) }) else {
      // Without a range it is an ordinary list, except for its length.
      guard case .list(let values) = try SpecKey.seedsForm.value(of: node, for: "'seeds'") else { return [] }
      return values.map { Int($0.number) }
    }
    var seeds: [Int] = []
    var known: Set<Int> = []
    for node in nodes {
      let some: [Int]
      if let range = try range(node) {
        some = Array(range)
      } else {
        let value = try SpecKey.seedForm.value(of: node, for: "every element of 'seeds'")
        some = [Int(value.number)]
      }
      for seed in some where !known.insert(seed).inserted {
        throw Problem(.usage, at: node.place, "the seed \(seed) occurs more than once in 'seeds'")
      }
      seeds += some
    }
    return seeds
  }

  private static func isRange(_ node: SpecNode) -> Bool { node.text?.contains("..") ?? false }

  /// The seeds of a range; nil if the node is not a range.
  private static func range(_ node: SpecNode) throws(Problem) -> ClosedRange<Int>? {
    guard let text = node.text, isRange(node) else { return nil }
    let ends = text.split(separator: ".", omittingEmptySubsequences: true).map { Int($0) }
    guard text.wholeMatch(of: /(0|[1-9][0-9]*)\.\.(0|[1-9][0-9]*)/) != nil, ends.count == 2,
      let first = ends[0], let last = ends[1], SpecKey.seedRange.contains(last), first <= last
    else {
      throw Problem(
        .usage, at: node.place, "'\(text)' is not a range of seeds",
        hint: "write the first and the last, as in 0..9, each from 0 to \(SpecKey.seedRange.upperBound)")
    }
    guard last - first < Experiment.mostRuns else {
      throw Problem(
        .usage, at: node.place, "\(last - first + 1) seeds are more than an experiment can have",
        hint: "an experiment has at most \(Experiment.mostRuns) runs")
    }
    return first...last
  }
}

extension Experiment {
  /// Far more runs than anyone makes, but still few enough to plan.
  static let mostRuns = 1_000_000

  /// The seeds as written in specs: more than ten in a row become a range.
  var writtenSeeds: JSON {
    var parts: [JSON] = []
    var start = 0
    while start < seeds.count {
      var end = start
      while end + 1 < seeds.count, seeds[end + 1] == seeds[end] + 1 { end += 1 }
      if end - start >= 10 {
        parts.append(.text("\(seeds[start])..\(seeds[end])"))
      } else {
        parts += seeds[start...end].map(JSON.integer)
      }
      start = end + 1
    }
    return parts.count == 1 && seeds.count > 1 ? parts[0] : .array(parts)
  }
}
