import Diagnostics
import Foundation
import Specs
import TestSupport
import Testing

@testable import Results

@Suite("Checkpoints")
struct CheckpointFileTests {
  /// With normals held out of training.
  private static var history: RunHistory {
    var history = sampleHistory(0.8)
    history.validationLosses = [0.3, 0.2, 1 / 3]
    history.moments = [TrainingMoment(epoch: 1, step: 5), TrainingMoment(epoch: 3, step: 10)]
    for index in history.scores.indices { history.scores[index].course = [measures(0.3), measures(0.35)] }
    return history
  }

  private func sampleRun() throws -> Run { try sampleExperiment().runs[0] }

  private func sample(_ history: RunHistory = Self.history) -> Checkpoint {
    Checkpoint(
      identifier: "0123456789abcdef",
      provenance: Provenance([("numerics_version", "1"), ("openblas_core", "Zen"), ("target", "x86-64-v3")]),
      resumedFrom: ["arm64, OpenBLAS core NEOVERSEN1"], history: history, secondsInEpoch: 1.5,
      detector: Checkpoint.Detector(
        tensors: [
          WeightRecord(name: "a/adam.moment", shape: [2], values: [0.5, -.leastNonzeroMagnitude]),
          WeightRecord(name: "a/b.weight", shape: [2, 3], values: [1, 2, 3, 4, -0.0, 1 / 3]),
        ],
        counts: ["redraws": 7, "epoch": 2], sums: ["generator": 1 / 3, "discriminator": -0.0]))
  }

  private func withCheckpoint(_ body: (_ path: String, _ written: Checkpoint) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let written = sample()
      let path = CheckpointFile.path(
        results: folder, experiment: "sample", identifier: written.identifier)
      try CheckpointFile.write(written, to: path)
      try body(path, written)
    }
  }

  @Test("are read as they were written, bit for bit")
  func roundTrip() throws {
    try withCheckpoint { path, written in
      #expect(path.hasSuffix("/sample/runs/0123456789abcdef.checkpoint.h5"))
      let read = try #require(
        try CheckpointFile.read(path, of: try sampleRun(), identifier: written.identifier))
      #expect(read.provenance == written.provenance)
      #expect(read.resumedFrom == written.resumedFrom)
      #expect(read.secondsInEpoch == 1.5)
      #expect(read.detector.tensors == written.detector.tensors)
      #expect(read.detector.tensors[1].values[4].sign == .minus)
      #expect(read.detector.counts == written.detector.counts)
      #expect(read.detector.sums == written.detector.sums)
      let (history, expected) = (read.history, written.history)
      #expect(history.scores == expected.scores)
      #expect(history.moments == expected.moments)
      #expect(history.reinitializations == expected.reinitializations)
      #expect(history.validationLosses == [0.3, 0.2, 1 / 3])
      #expect(history.trainingSeconds == expected.trainingSeconds)
      #expect(history.evaluationSeconds == expected.evaluationSeconds)
      for loss in expected.losses {
        #expect(history.losses.first { $0.name == loss.name }?.values == loss.values)
      }
      #expect(history.losses.count == 2)
    }
  }

  @Test("hold a run before its first evaluation, and one that is trained but not yet evaluated")
  func unevaluated() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/c.checkpoint.h5"
      let fresh = RunHistory(scores: Self.history.scores.map { ScoreRecord($0.key, label: $0.label) })
      var trained = Self.history
      for index in trained.losses.indices { trained.losses[index].values.append(9) }
      trained.reinitializations.append(1)
      trained.trainingSeconds.append(4)
      for (history, epochs) in [(fresh, (trained: 0, read: 0)), (trained, (trained: 4, read: 3))] {
        try CheckpointFile.write(sample(history), to: path)
        let read = try #require(
          try CheckpointFile.read(path, of: try sampleRun(), identifier: "0123456789abcdef")
        ).history
        #expect(read.trainedEpochs == epochs.trained)
        #expect(read.evaluatedEpochs == epochs.read)
        #expect(read.scores == history.scores)
        #expect(read.validationLosses == history.validationLosses)
        #expect(read.trainingSeconds == history.trainingSeconds)
      }
    }
  }

  @Test("are refused when any bit of them is another, or when they are cut short")
  func damage() throws {
    try withCheckpoint { path, written in
      let good = Array(try bytes(path))
      var bad = [0, 1, 63, 64, 65, good.count / 2, good.count - 1].map { Array(good.prefix($0)) }
      bad += [good + [0], [UInt8](repeating: 0, count: good.count), Array("hello".utf8)]
      for position in stride(from: 0, to: good.count, by: 97) {
        bad.append(good)
        bad[bad.count - 1][position] ^= UInt8(1 << (position % 8))
      }
      #expect(bad.count > 100)
      for content in bad {
        try Data(content).write(to: URL(fileURLWithPath: path))
        expectProblem(.badData, "it is damaged") {
          _ = try CheckpointFile.read(path, of: try sampleRun(), identifier: written.identifier)
        }
      }
    }
  }

  @Test("are refused when they are of another run, and none is no trouble")
  func foreign() throws {
    try withCheckpoint { path, _ in
      expectProblem(.badData, "it belongs to run 0123456789abcdef") {
        _ = try CheckpointFile.read(path, of: try sampleRun(), identifier: "ffffffffffffffff")
      }
      let aside = try CheckpointFile.setAside(path)
      #expect(try CheckpointFile.read(path, of: try sampleRun(), identifier: "0123456789abcdef") == nil)
      #expect(FileManager.default.fileExists(atPath: aside))
      #expect(!aside.hasSuffix(".h5"))
      try CheckpointFile.remove(path)
      expectProblem(.inputOutput, "cannot be removed") { try CheckpointFile.remove("\(aside)/x") }
    }
  }
}

@Suite("Records of failures")
struct FailureFileTests {
  private let failure = RunFailure(
    kind: .outOfMemory, cause: "the \"system\"\nended it", hint: "less", lastGoodEpoch: 3,
    commit: "0123456789ab", time: "2026-11-24T12:00:00Z")

  @Test("are small texts that say all, and are read as they were written")
  func roundTrip() throws {
    try withTemporaryFolder { folder in
      let path = FailureFile.path(results: folder, experiment: "e", identifier: "1")
      #expect(try FailureFile.read(path) == nil)
      try FailureFile.write(failure, to: path)
      #expect(try FailureFile.read(path) == failure)
      let text = String(decoding: try bytes(path), as: UTF8.self)
      for line in [
        #""kind" : "out-of-memory""#, #""last_good_epoch" : 3"#, #""commit" : "0123456789ab""#,
        #""time" : "2026-11-24T12:00:00Z""#,
      ] { #expect(text.contains(line), "\(text)") }
      for content in ["", "training diverged\n", text.replacing("out-of-memory", with: "tired")] {
        try Data(content.utf8).write(to: URL(fileURLWithPath: path))
        expectProblem(.badData, "it is not a record of a failure (remove it, and try the run again") {
          _ = try FailureFile.read(path)
        }
      }
      try FailureFile.remove(path)
      try FailureFile.remove(path)
      #expect(try FailureFile.read(path) == nil)
    }
  }

  @Test("are gathered in the summary, kept there without their files, and gone once the run is done")
  func summary() throws {
    let experiment = try sampleExperiment()
    let runs = identified(experiment)
    try withTemporaryFolder { folder in
      try writeRuns([runs[0]], of: experiment, to: folder)
      let path = FailureFile.path(results: folder, experiment: "sample", identifier: runs[2].identifier)
      try FailureFile.write(failure, to: path)
      let expected = [FailedRun(runs[2], failure)]
      let summary = try collect(experiment, in: folder)
      #expect(try Summary.read(from: summary).failures == expected)
      #expect(try FailureTable.read(from: FileSchema.summary.open(summary)) == expected)
      try FailureFile.remove(path)
      try collect(experiment, in: folder)
      #expect(
        try FailureTable.read(from: FileSchema.summary.open(summary)) == expected, "as in a fresh clone")
      var second = failure
      second.cause = "another"
      try FailureFile.write(second, to: path)
      try collect(experiment, in: folder)
      #expect(try FailureTable.read(from: FileSchema.summary.open(summary)) == [FailedRun(runs[2], second)])
      try writeRuns([runs[2]], of: experiment, to: folder)
      try collect(experiment, in: folder)
      #expect(try FailureTable.read(from: FileSchema.summary.open(summary)).isEmpty)
    }
  }
}
