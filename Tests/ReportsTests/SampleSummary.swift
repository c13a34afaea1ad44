import Foundation
import Metrics
import Results
import Specs
import TestSupport

/// Summaries of made-up runs, written as an experiment writes them.
struct SampleSummary {
  var text: String
  /// Classes beside those that a run holds out.
  var classNames = (0...9).map(String.init)
  /// Kinds of anomaly of an image folder, each with a row of its own.
  var kinds: [String] = []
  var samples = 120
  var featureSamples = 40

  static let digits = SampleSummary(
    text: "dataset: {name: digits}\nheld_out: [2, 8]\nseeds: [0, 1]\ndetector: {epochs: 3}\n")

  static let awkwardNames = ["<script>alert(1)</script>", "\"it's\" & 飞机", "всё"]

  static let folder = SampleSummary(
    text: "dataset: {name: folder, folder: parts}\nseeds: [0]\ndetector: {epochs: 3}\n",
    classNames: ["good"] + awkwardNames, kinds: awkwardNames)

  static let sweep = SampleSummary(
    text: """
      dataset: {name: digits}
      held_out: [2, 8]
      seeds: [0, 1]
      detector: {epochs: 3}
      sweep: {grid: {detector.latent_size: [4, 16, 64]}, choose_by: test-auroc}

      """)

  func experiment() throws -> Experiment {
    try Experiment.parse(text: text, path: "experiments/sample.yaml")
  }

  /// Runs the body with the path of the summary.
  func write<Result>(_ body: (_ path: String, _ records: [RunRecord]) throws -> Result) throws -> Result {
    let experiment = try experiment()
    let runs = experiment.configurations.flatMap {
      experiment.identifiedRuns(of: $0, dataFingerprint: "f")
    }
    return try withTemporaryFolder { folder in
      var records: [RunRecord] = []
      for (index, run) in runs.enumerated() {
        let record = try record(run, of: experiment, number: index)
        records.append(record)
        try RunFile.write(
          record, material(number: index), weights: [],
          to: RunFile.path(results: folder, experiment: "sample", identifier: run.identifier))
      }
      try SummaryFile.collect(experiment, runs: runs, results: folder, provenance: Provenance([]))
      return try body(SummaryFile.path(results: folder, experiment: "sample"), records)
    }
  }

  /// Two thirds normal samples; the scores of anomalous ones are higher, the more so the higher the number.
  private func record(_ run: IdentifiedRun, of experiment: Experiment, number: Int) throws -> RunRecord {
    let isAnomalous = (0..<samples).map { $0 >= samples * 2 / 3 }
    func noise(_ index: Int) -> Float { Float((index * 7919 + number * 104_729) % 1009) / 1009 }
    let scores = isAnomalous.enumerated().map { index, isAnomalous in
      noise(index) + (isAnomalous ? 0.1 + Float(number % 7) * 0.05 : 0)
    }
    let anomalies = kinds.isEmpty ? [Int(run.run.heldOut) ?? 0] : Array(1...kinds.count)
    let classes = isAnomalous.enumerated().map { index, isAnomalous in
      isAnomalous ? anomalies[index % anomalies.count] : kinds.isEmpty ? (index % 2 == 0 ? 1 : 3) : 0
    }
    let measures = Measures(try DetectionMetrics(scores: scores, isAnomalous: isAnomalous))
    var early = measures
    early.auroc -= 0.25
    let key = run.run.headlineView.score
    return RunRecord(
      identifier: run.identifier, run: run.run, dataFingerprint: "f",
      provenance: Provenance([("commit", "0123456789abcdef"), ("host", "näher & <b>")]), trainingImages: 1000,
      samples: SampleRecord(
        index: Array(0..<samples), isAnomalous: isAnomalous, classIndex: classes, classNames: classNames),
      anomalyKinds: kinds.isEmpty ? [] : Array(1...kinds.count),
      history: RunHistory(
        scores: [
          ScoreRecord(
            key, label: run.run.label(of: key), measures: [early, early, measures], bestEpoch: 3,
            best: measures,
            last: measures, bestScores: scores, lastScores: scores)
        ],
        losses: [
          ("generator", [9, 3, 1 + Double(number)]), ("discriminator", [0.5, 0.1, 0.05]),
        ], reinitializations: [0, 0, 0], trainingSeconds: [1, 2, 3], evaluationSeconds: [0.5, 0.5, 0.5]))
  }

  private func material(number: Int) -> RunMaterial {
    func noise(_ index: Int) -> Float { Float((index * 7919 + number * 104_729) % 1009) / 1009 }
    let shown = Array(0..<10)
    return RunMaterial(
      imageShape: [1, 4, 4],
      galleries: [
        GalleryRecord(
          name: "most_normal", samples: shown, scores: shown.map(noise), inputs: (0..<160).map { UInt8($0) },
          reconstructions: (0..<160).map { UInt8(159 - $0) })
      ],
      features: FeatureRecord(
        samples: Array(0..<featureSamples), components: (0..<featureSamples * 3).map { noise($0) },
        explainedVarianceRatio: [0.5, 0.3, 0.1]))
  }
}
