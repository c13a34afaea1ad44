import Datasets
import Foundation
import Results
import Specs

/// Run files of an experiment that nobody trained: as small as run files can be, and valid in every respect.
enum FinishedRuns {
  /// Writes a file for each of the experiment's runs on the embedded digits.
  static func write(_ experiment: Experiment, to results: String) throws {
    let fingerprint = try Dataset.load(experiment.dataset).fingerprint
    for configuration in experiment.configurations {
      for run in experiment.identifiedRuns(of: configuration, dataFingerprint: fingerprint) {
        let path = RunFile.path(
          results: results, experiment: experiment.name, identifier: run.identifier)
        try RunFile.write(
          record(run, fingerprint: fingerprint),
          RunMaterial(imageShape: [1, 1, 1], galleries: [], features: nil),
          weights: [WeightRecord(name: "one", shape: [1], values: [1])], to: path)
      }
    }
  }

  private static func record(_ run: IdentifiedRun, fingerprint: String) -> RunRecord {
    let area = 0.5 + 0.4 * Double(run.run.seed % 10) / 10
    let measures = Measures(
      auroc: area, averagePrecision: area, equalErrorRate: 1 - area, falsePositiveRateAt95: 1 - area)
    return RunRecord(
      identifier: run.identifier, run: run.run, dataFingerprint: fingerprint,
      provenance: Provenance([("commit", "0123456789abcdef"), ("dirty", "no")]), trainingImages: 1,
      samples: SampleRecord(
        index: [0, 1, 2, 3], isAnomalous: [false, false, true, true], classIndex: [0, 0, 1, 1],
        classNames: ["0", "1"]),
      history: RunHistory(
        scores: run.run.evaluatedScores.map {
          ScoreRecord(
            $0, label: run.run.label(of: $0), measures: [measures], bestEpoch: 1, best: measures,
            last: measures,
            bestScores: [0.1, 0.2, 0.3, 0.4], lastScores: [0.1, 0.2, 0.3, 0.4])
        },
        losses: [("generator", [1]), ("discriminator", [0.5])], reinitializations: [0], trainingSeconds: [1],
        evaluationSeconds: [1]))
  }
}
