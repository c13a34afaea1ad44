import Foundation
import HDF5
import Results
import Specs

/// Two classes and two seeds.
func sampleExperiment(
  _ text: String = "dataset: {name: digits}\nheld_out: [0, 1]\nseeds: [0, 1]\n"
) throws -> Experiment {
  try Experiment.parse(text: text, path: "experiments/sample.yaml")
}

/// Two seeds of an image folder.
func folderExperiment() throws -> Experiment {
  try sampleExperiment("dataset: {name: folder, folder: parts}\nseeds: [0, 1]\n")
}

func identified(_ experiment: Experiment) -> [IdentifiedRun] {
  experiment.runs.map { run in
    IdentifiedRun(run, identifier: run.identifier(dataFingerprint: "f"), dataFingerprint: "f")
  }
}

/// AUROC `auroc`, the other measures near it.
func measures(_ auroc: Double) -> Measures {
  Measures(
    auroc: auroc, averagePrecision: auroc + 0.001, equalErrorRate: auroc + 0.002,
    falsePositiveRateAt95: auroc + 0.003)
}

/// The headline's AUROC of a sample run: another for each class and seed.
func sampleArea(_ run: IdentifiedRun) -> Double {
  0.5 + 0.1 * (Double(run.run.heldOut) ?? 0) + 0.01 * Double(run.run.seed)
}

/// The evaluation of the sample runs.
let sampleEvaluation = Evaluation(pass: .running, testBatch: 64, epochSamples: 2000)

/// A small record of six samples, one evaluation with two scores, and three epochs.
func sampleRecord(_ run: IdentifiedRun, commit: String = "0123456789abcdef") -> RunRecord {
  RunRecord(
    identifier: run.identifier, run: run.run, dataFingerprint: "f",
    provenance: Provenance([("commit", commit), ("dirty", "no"), ("host", "näher")]), trainingImages: 100,
    samples: SampleRecord(
      index: [5, 3, 9, 11, 0, 70_000], isAnomalous: [false, false, false, true, true, true],
      classIndex: [1, 1, 2, 0, 0, 0], classNames: ["0", "1", "2"]),
    history: sampleHistory(sampleArea(run)))
}

let sampleMaterial = RunMaterial(
  imageShape: [1, 2, 2],
  galleries: [
    GalleryRecord(
      name: "most_normal", samples: [1, 2], scores: [-3e38, 1e-37], inputs: [0, 1, 2, 3, 4, 5, 6, 255],
      reconstructions: [9, 8, 7, 6, 5, 4, 3, 2])
  ],
  features: FeatureRecord(
    samples: [0, 2, 4], components: [1, 2, 3, -1, 0.1, -3e-7], explainedVarianceRatio: [0.9, 0.1]))

let sampleWeights = [
  WeightRecord(name: "generator/encoder1.initial.weight", shape: [2, 3], values: [1, 2, 3, 4, 5, 1 / 3]),
  WeightRecord(name: "discriminator/final.bias", shape: [1], values: [-0.0]),
]

/// Two scores of six samples in three epochs.
func sampleHistory(_ area: Double) -> RunHistory {
  RunHistory(
    scores: [
      ScoreRecord(
        EvaluatedScore(score: "squared-l2", evaluation: sampleEvaluation), label: "squared-l2, running",
        measures: [measures(0.4), measures(0.7), measures(area)], bestEpoch: 2, best: measures(0.7),
        last: measures(area), bestScores: [1, 2, 3, 4, 5, 6.5],
        lastScores: [0.1, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, 1 / 3, 3e7, Float(area)]),
      ScoreRecord(
        EvaluatedScore(score: "l1", evaluation: sampleEvaluation), label: "l1, running",
        measures: [measures(0.6), measures(0.5), measures(0.45)], bestEpoch: 1, best: measures(0.6),
        last: measures(0.45), bestScores: [6, 5, 4, 3, 2, 1], lastScores: [6, 5, 4, 3, 2, 1]),
    ],
    losses: [("generator", [3, 2, 1 / 3]), ("discriminator", [0.1, 0.2, 0.3])], reinitializations: [0, 2, 0],
    trainingSeconds: [1, 2, 3], evaluationSeconds: [0.5, 0.25, 0.125])
}

/// Writes the run files of some runs.
func writeRuns(_ runs: [IdentifiedRun], of experiment: Experiment, to results: String) throws {
  for run in runs { try write(sampleRecord(run), of: experiment, to: results) }
}

/// Writes a run file with the samples' material and weights.
func write(_ record: RunRecord, of experiment: Experiment, to results: String) throws {
  let path = RunFile.path(results: results, experiment: experiment.name, identifier: record.identifier)
  try RunFile.write(record, sampleMaterial, weights: sampleWeights, to: path)
}

func runPath(_ run: IdentifiedRun, of experiment: Experiment, in results: String) -> String {
  RunFile.path(results: results, experiment: experiment.name, identifier: run.identifier)
}

/// Collects all of an experiment's runs.
///
/// - Returns: the summary's path.
@discardableResult
func collect(_ experiment: Experiment, in results: String) throws -> String {
  try SummaryFile.collect(
    experiment, runs: identified(experiment), results: results, provenance: Provenance([("host", "here")]))
  return SummaryFile.path(results: results, experiment: experiment.name)
}

func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }
