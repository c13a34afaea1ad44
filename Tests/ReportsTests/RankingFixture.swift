import Foundation
import Metrics
import Results
import Settings
import TestSupport
import Testing

@testable import Reports
@testable import Specs

/// ranking.json: scores of made-up runs, and the ranking that scikit-learn, numpy and scipy get from them.
struct RankingFixture: Decodable {
  struct Value: Decodable {
    let heldOut: String
    let area: Double
  }

  struct Run: Decodable {
    let heldOut: String
    let seed: Int
    /// By evaluation and epoch.
    let scores: [String: [[Float]]]
  }

  struct ExperimentRuns: Decodable {
    let name: String
    let preset: String
    let heldOut: [String]
    let seeds: [Int]
    let own: [String]
    let runs: [Run]
  }

  struct Candidate: Decodable {
    let experiment: String
    let pass: String
    let score: String
    let epoch: String
    let own: Bool
    let means: [Double]
    let difference: Double
    let bias: Double
    let within: Int
    let largest: Double
    let largestClass: String
    let interval: [Double]?
    let rankCorrelation: Double?
  }

  struct Section: Decodable {
    let classes: [String]
    let missing: [String]
    let candidates: [Candidate]
    let nearest: Double
    let nearestByOrder: [Double]
    let share: Double
  }

  let labels: String
  let published: [Value]
  let experiments: [ExperimentRuns]
  let sections: [Section]

  static func read() throws -> RankingFixture {
    let folder = try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    // Names of evaluations have a comma, which the strategy leaves as it is.
    return try decoder.decode(
      RankingFixture.self, from: Data(contentsOf: folder.appendingPathComponent("ranking.json")))
  }

  private var isAnomalous: [Bool] { labels.utf8.map { $0 == UInt8(ascii: "1") } }

  var tables: [PublishedTable] { [table(dataset: "digits")] }

  func table(dataset: String, method: String = "Others", detector: String = "ganomaly") -> PublishedTable {
    PublishedTable(
      dataset: dataset, metric: .auroc, evaluation: .oneClassAnomalous, source: "a made-up table",
      notes: "Nobody trained.", classes: published.map(\.heldOut),
      rows: [
        PublishedRow(
          method: method, detector: detector, suspectedMetric: nil, notes: "",
          values: published.map { PublishedValue($0.area, certainty: .transcribed) })
      ], place: "made-up.yaml:1:1")
  }

  /// Writes the experiments' summaries and runs the body with their paths.
  ///
  /// - Parameter changing: changes a spec's text.
  func write<Result>(
    _ names: [String]? = nil, changing: (String) -> String = { $0 }, _ body: ([String]) throws -> Result
  ) throws -> Result {
    try withTemporaryFolder { folder in
      try body(
        experiments.filter { names?.contains($0.name) ?? true }.map {
          try write($0, to: folder, changing: changing)
        })
    }
  }

  private func write(
    _ made: ExperimentRuns, to folder: String, changing: (String) -> String
  ) throws -> String {
    let text = """
      name: \(made.name)
      preset: \(made.preset)
      dataset: {name: digits}
      \(made.preset == "clean" ? "" : "protocol: {split: pooled-80-20}")
      held_out: [\(made.heldOut.joined(separator: ", "))]
      detector: {epochs: \(made.runs[0].scores.values.first?.count ?? 0)}
      seeds: \(made.seeds)

      """
    let experiment = try Experiment.parse(text: changing(text), path: "experiments/\(made.name).yaml")
    let runs = experiment.configurations.flatMap {
      experiment.identifiedRuns(of: $0, dataFingerprint: "f")
    }
    for run in runs {
      guard let stored = made.runs.first(where: { $0.heldOut == run.run.heldOut && $0.seed == run.run.seed })
      else { continue }
      try RunFile.write(
        try record(stored, run), RunMaterial(imageShape: [1, 1, 1], galleries: [], features: nil),
        weights: [],
        to: RunFile.path(results: folder, experiment: made.name, identifier: run.identifier))
    }
    try SummaryFile.collect(experiment, runs: runs, results: folder, provenance: Provenance([]))
    return SummaryFile.path(results: folder, experiment: made.name)
  }

  private func record(_ stored: Run, _ run: IdentifiedRun) throws -> RunRecord {
    let scores = try run.run.evaluatedScores.map { key in
      let label = run.run.label(of: key)
      let scores = try #require(stored.scores[label], "\(label)")
      let all = try scores.map { Measures(try DetectionMetrics(scores: $0, isAnomalous: isAnomalous)) }
      let best = all.indices.reduce(0) { all[$1].auroc > all[$0].auroc ? $1 : $0 }
      return ScoreRecord(
        key, label: label, measures: all, bestEpoch: best + 1, best: all[best], last: all[all.count - 1],
        bestScores: scores[best], lastScores: scores[scores.count - 1])
    }
    let epochs = scores[0].measures.count
    return RunRecord(
      identifier: run.identifier, run: run.run, dataFingerprint: "f",
      provenance: Provenance([("commit", "0123456789abcdef")]), trainingImages: 100,
      samples: SampleRecord(
        index: Array(isAnomalous.indices), isAnomalous: isAnomalous,
        classIndex: isAnomalous.map { $0 ? 1 : 0 }, classNames: ["others", run.run.heldOut]),
      history: RunHistory(
        scores: scores, losses: [("generator", [Double](repeating: 1, count: epochs))],
        reinitializations: [Int](repeating: 0, count: epochs),
        trainingSeconds: [Double](repeating: 1, count: epochs),
        evaluationSeconds: [Double](repeating: 1, count: epochs)))
  }
}
