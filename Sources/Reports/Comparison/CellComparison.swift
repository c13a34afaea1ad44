import Diagnostics
import Metrics
import Results

/// The first detector against each of the others, for one class and seed.
struct CellComparison {
  /// One per other detector; nil where it or the first has no run.
  let tests: [PairedTests?]

  /// - Parameters:
  ///   - stored: by detector; nil for no run.
  ///   - place: what error messages name.
  /// - Throws: `Problem` if two detectors do not share samples of both kinds, or their labels contradict each other.
  init(
    _ stored: [CellScores?], names: [String], at place: String, replicates: Int, seed: UInt64
  ) throws(Problem) {
    var tests = [PairedTests?](repeating: nil, count: stored.count - 1)
    if let first = stored[0] {
      // Detectors that scored the same samples share the bootstrap's draws.
      var left = stored.indices.dropFirst().filter { stored[$0] != nil }
      while let next = left.first, let model = stored[next] {
        let alike = left.filter { stored[$0]?.sampleIndex == model.sampleIndex }
        left.removeAll { alike.contains($0) }
        let others = alike.compactMap { stored[$0] }
        let group = try Self.compare(
          first, others, names: [names[0]] + alike.map { names[$0] }, at: place, replicates: replicates,
          seed: seed)
        for (detector, found) in zip(alike, group) { tests[detector - 1] = found }
      }
    }
    self.tests = tests
  }

  /// - Parameter others: detectors that all scored the same samples.
  private static func compare(
    _ first: CellScores, _ others: [CellScores], names: [String], at place: String, replicates: Int,
    seed: UInt64
  ) throws(Problem) -> [PairedTests] {
    let common = Set(others[0].sampleIndex)
    let samples = first.sampleIndex.indices.filter { common.contains(first.sampleIndex[$0]) }
    let isAnomalous = samples.map { first.isAnomalous[$0] }
    guard isAnomalous.contains(true), isAnomalous.contains(false) else {
      throw Problem(
        .badData, at: place, "'\(names[0])' and '\(names[1])' have no test samples of both kinds in common",
        hint: "run them with the same split and seed")
    }
    var scores = [samples.map { first.scores[$0] }]
    for (other, name) in zip(others, names.dropFirst()) {
      let positions = Dictionary(
        uniqueKeysWithValues: other.sampleIndex.enumerated().map { ($0.element, $0.offset) })
      let aligned = samples.compactMap { positions[first.sampleIndex[$0]] }
      guard aligned.count == samples.count, aligned.map({ other.isAnomalous[$0] }) == isAnomalous else {
        throw Problem(
          .badData, at: place, "'\(names[0])' and '\(name)' call different test samples anomalous")
      }
      scores.append(aligned.map { other.scores[$0] })
    }
    var placements: [Placements] = []
    for scores in scores { placements.append(try Placements(scores: scores, isAnomalous: isAnomalous)) }
    let bootstrap = try AreaBootstrap(
      scores: scores, isAnomalous: isAnomalous, replicates: replicates, seed: seed)
    return placements.indices.dropFirst().map { other in
      PairedTests(
        normalCount: placements[0].normalCount, anomalousCount: placements[0].anomalousCount,
        first: DeLong(placements[0]), second: DeLong(placements[other]),
        difference: DeLong(placements[0], minus: placements[other]),
        bootstrap: bootstrap.interval95(0, minus: other))
    }
  }
}
