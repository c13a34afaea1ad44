import Foundation
import Specs
import TestSupport

@testable import Results

/// Result files as small as they can be, valid in every respect.
struct ResultSamples: Sendable {
  var summary: [UInt8]
  var run: [UInt8]
  var checkpoint: [UInt8]
  var weights: [UInt8]
  var failure: [UInt8]
  var claim: [UInt8]
  var identified: IdentifiedRun

  private static let made = Result { try ResultSamples() }

  static func shared() throws -> ResultSamples { try made.get() }

  private init() throws {
    let experiment = try Experiment.parse(
      text: "dataset: {name: digits}\nheld_out: [1]\ndetector: {width: 2, epochs: 1}\n", path: "small.yaml")
    let identified = experiment.identifiedRuns(
      of: experiment.configurations[0], dataFingerprint: "0123")[0]
    self.identified = identified
    (summary, run, checkpoint, weights, failure, claim) = try withTemporaryFolder { folder in
      let files = RunPaths(results: folder, experiment: "small", identifier: identified.identifier)
      let tensors = [WeightRecord(name: "one/two", shape: [2], values: [1, 2])]
      let record = Self.record(of: identified)
      try RunFile.write(
        record, RunMaterial(imageShape: [1, 1, 1], galleries: [], features: nil), weights: tensors,
        to: files.run)
      try WeightsFile.write(tensors, identifier: identified.identifier, epoch: 1, beside: files.run)
      try CheckpointFile.write(
        Checkpoint(
          identifier: identified.identifier, provenance: record.provenance, resumedFrom: [],
          history: record.history, secondsInEpoch: 1,
          detector: Checkpoint.Detector(tensors: tensors, counts: ["a": 1], sums: ["b": 2])),
        to: files.checkpoint)
      try FailureFile.write(
        RunFailure(kind: .diverged, cause: "a loss", lastGoodEpoch: 1, commit: "0", time: RunFailure.time()),
        to: files.failure)
      try SummaryFile.collect(
        experiment, runs: [identified], results: folder, provenance: record.provenance)
      let claims = Claims(results: folder, experiment: "small")
      let claim = try claims.take(identified.identifier)
      func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }
      defer { try? claim?.release() }
      return (
        try bytes(SummaryFile.path(results: folder, experiment: "small")), try bytes(files.run),
        try bytes(files.checkpoint), try bytes("\(folder)/small/weights/\(identified.identifier)-1.h5"),
        try bytes(files.failure), try bytes(claims.path(of: identified.identifier))
      )
    }
  }

  private static func record(of run: IdentifiedRun) -> RunRecord {
    let measures = Measures(
      auroc: 0.5, averagePrecision: 0.5, equalErrorRate: 0.5, falsePositiveRateAt95: 0.5)
    let scores: [Float] = [0.1, 0.2, 0.3, 0.4]
    return RunRecord(
      identifier: run.identifier, run: run.run, dataFingerprint: "0123",
      provenance: Provenance([("commit", "0123456789abcdef"), ("dirty", "no")]), trainingImages: 1,
      samples: SampleRecord(
        index: [0, 1, 2, 3], isAnomalous: [false, false, true, true], classIndex: [0, 0, 1, 1],
        classNames: ["0", "1"]),
      history: RunHistory(
        scores: run.run.evaluatedScores.map {
          ScoreRecord(
            $0, label: run.run.label(of: $0), measures: [measures], bestEpoch: 1, best: measures,
            last: measures, bestScores: scores, lastScores: scores)
        },
        losses: [("generator", [1]), ("discriminator", [0.5])], reinitializations: [0], trainingSeconds: [1],
        evaluationSeconds: [1]))
  }
}
