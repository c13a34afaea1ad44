import Datasets
import Diagnostics
import Foundation
import Kernels
import Results
import Specs
import TestSupport
import Testing

@testable import Runner

@Suite("A run that is exported and imported")
struct ImportTests {
  private static let one = ["held_out=[0]"]

  private static func experiment(_ overrides: [String] = one) throws -> Experiment {
    let text = """
      dataset: {name: digits, side: 32}
      held_out: [0, 1]
      protocol: {passes: [running], test_samples: 200}
      detector: {name: ganomaly, width: 2, latent_size: 4, epochs: 2, batch_size: 64}
      seeds: [0]
      """
    return try Experiment.parse(text: text, path: "experiments/tiny.yaml", overrides: overrides)
  }

  private static func plan(_ experiment: Experiment, in folder: String) throws -> Plan {
    try Plan(experiment, data: DataSearchPath(candidates: []), results: folder)
  }

  private static func weightImport(
    _ path: String, _ overrides: [String], in folder: String
  ) throws -> WeightImport {
    try WeightImport(
      path, as: experiment(overrides), data: DataSearchPath(candidates: []), results: folder,
      context: ComputeContext(threads: 1))
  }

  /// Trains the experiment's one run, and exports it.
  private func withExport(
    _ body: (_ folder: String, _ run: RunRecord, _ weights: String) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let plan = try Self.plan(Self.experiment(), in: folder)
      _ = try ExperimentRunner(plan, context: ComputeContext(threads: 1)) { _ in }()
      let path = plan.files(of: plan.runs[0]).run
      let export = try RunExport(runFile: path, context: ComputeContext(threads: 1))
      let written = try export.write(.safetensors, to: "\(folder)/a/weights.safetensors")
      try body(folder, RunFile.record(in: path), written[0])
    }
  }

  @Test("has the same scores, an id of its own and its origin, and no course of training")
  func sameScores() throws {
    try withExport { folder, own, weights in
      let imported = try Self.weightImport(weights, Self.one, in: folder)
      let record = try imported()
      #expect(record.identifier != own.identifier)
      #expect(record.history.scores.map(\.key) == own.history.scores.map(\.key))
      for (a, b) in zip(record.history.scores, own.history.scores) {
        #expect(a.lastScores.map(\.bitPattern) == b.lastScores.map(\.bitPattern), "\(a.label)")
        #expect(a.last == b.last && a.best == nil && a.bestEpoch == 0)
        #expect(a.measures.map(\.isEvaluated) == [false, true])
      }
      #expect(record.history.losses.isEmpty)
      #expect(record.provenance["imported_file"] == "weights.safetensors")
      let sum = try #require(record.provenance["imported_sha256"])
      #expect(sum.count == 64 && record.run.imported == sum)
      let stored = try RunFile.record(in: imported.runFile)
      #expect(stored.run == record.run && stored.identifier == record.identifier)
      #expect(try RunFile.weights(in: imported.runFile) == RunFile.weights(in: runFile(own, in: folder)))
    }
  }

  private func runFile(_ record: RunRecord, in folder: String) -> String {
    RunFile.path(results: folder, experiment: "tiny", identifier: record.identifier)
  }

  @Test("is stored apart, so that neither the spec's plan nor its summary know of it")
  func apart() throws {
    try withExport { folder, own, weights in
      let before = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/tiny.h5"))
      let imported = try Self.weightImport(weights, Self.one, in: folder)
      let record = try imported()
      let name = imported.plan.experiment.name
      #expect(name == "tiny-imported-\(try #require(record.run.imported).prefix(8))")
      let plan = try Self.plan(Self.experiment(), in: folder)
      #expect(plan.entries.map(\.state) == [.done] && plan.stale.isEmpty)
      #expect(plan.runs.map(\.identifier) == [own.identifier])
      #expect(try Data(contentsOf: URL(fileURLWithPath: "\(folder)/tiny.h5")) == before)
      let summary = try Summary.read(from: "\(folder)/\(name).h5")
      let runs = try #require(summary.runs).joined().joined()
      #expect(Set(runs).subtracting([""]) == [record.identifier])
      #expect(imported.plan.runs[0].title.hasSuffix(", imported"))
    }
  }

  @Test("is done when it is imported again, and further passes are added to it")
  func again() throws {
    try withExport { folder, _, weights in
      let first = try Self.weightImport(weights, Self.one, in: folder)
      #expect(try first().history.scores.count == 2)
      #expect(try Self.weightImport(weights, Self.one, in: folder).plan.entries[0].state == .done)
      let more = Self.one + ["protocol.passes=[running, batch-shuffled, batch-normals-first, batch-1]"]
      let second = try Self.weightImport(weights, more, in: folder)
      let record = try second()
      #expect(record.history.scores.count == 8)
      #expect(second.runFile == first.runFile)
      // From scratch in one go: the same numbers.
      let whole = try Self.weightImport(weights, more, in: "\(folder)/whole")()
      for score in whole.history.scores {
        let other = try #require(record.history.scores.first { $0.key == score.key })
        #expect(other.lastScores == score.lastScores && other.best == nil, "\(score.label)")
      }
    }
  }

  @Test("takes a name that says what it is, in three formats")
  func formats() throws {
    try withExport { folder, own, _ in
      let path = runFile(own, in: folder)
      let export = try RunExport(runFile: path, context: ComputeContext(threads: 1))
      #expect(export.defaultPath(.onnx) == path.replacing(".h5", with: ".onnx"))
      for format in ExportFormat.allCases {
        let written = try export.write(format, to: "\(folder)/\(format)/model\(format.fileEnd)")
        #expect(written.count == (format == .pytorch ? 2 : 1))
        for file in written { #expect(FileManager.default.fileExists(atPath: file)) }
      }
      let script = try String(contentsOfFile: "\(folder)/pytorch/model.py", encoding: .utf8)
      #expect(script.contains("w(\"netg.encoder1.main.initial-conv-1-2.weight\")"))
    }
  }

  @Test("needs a spec of one run, of its last epoch, and a detector with networks")
  func refusals() throws {
    try withTemporaryFolder { folder in
      let weights = "\(folder)/w.safetensors"
      try Data([2, 0, 0, 0, 0, 0, 0, 0] + Array("{}".utf8)).write(to: URL(fileURLWithPath: weights))
      func expectRefusal(_ kind: Problem.Kind, _ words: String, _ overrides: [String]) {
        expectProblem(kind, words) { _ = try Self.weightImport(weights, overrides, in: folder)() }
      }
      expectRefusal(.usage, "the spec has 2 runs, and the weights are of one", [])
      expectRefusal(.usage, "needs every epoch", Self.one + ["protocol.epoch=best-on-test"])
      expectRefusal(.usage, "needs the course of training", Self.one + ["protocol.evaluate_every=5"])
      expectRefusal(.usage, "the detector 'pca' is fitted at once", Self.one + ["detector={name: pca}"])
      expectRefusal(.badData, "this tensor is missing", Self.one)
      expectProblem(.missingInput, "no such file") {
        _ = try Self.weightImport("\(folder)/none", Self.one, in: folder)
      }
    }
  }

  @Test("of a detector without networks, or one that searches for each image, is refused where it cannot be")
  func unexportable() throws {
    try withTemporaryFolder { folder in
      func export(_ detector: String) throws -> RunExport {
        let plan = try Self.plan(Self.experiment(Self.one + ["detector=\(detector)"]), in: folder)
        _ = try ExperimentRunner(plan, context: ComputeContext(threads: 1)) { _ in }()
        return try RunExport(
          runFile: plan.files(of: plan.runs[0]).run, context: ComputeContext(threads: 1))
      }
      expectProblem(.usage, "the detector 'pca' is fitted at once and has no network to export") {
        _ = try export("{name: pca}")
      }
      let anogan = try export(
        "{name: anogan, width: 1, latent_size: 2, epochs: 1, batch_size: 64, steps: 1}")
      expectProblem(.usage, "searches a latent vector for each image") {
        _ = try anogan.write(.onnx, to: "\(folder)/a.onnx")
      }
      #expect(try anogan.write(.safetensors, to: "\(folder)/a.safetensors").count == 1)
      #expect(try anogan.write(.pytorch, to: "\(folder)/b.safetensors").count == 1)
    }
  }

  @Test("has the id of no training: without an import the id is what it was")
  func identity() throws {
    let run = try Self.experiment().runs[0]
    var imported = run
    imported.imported = String(repeating: "a", count: 64)
    #expect(run.identifier(dataFingerprint: "f") != imported.identifier(dataFingerprint: "f"))
    let values = (RunValues(run), RunValues(imported))
    #expect(values.0.differences(from: values.1).map(\.key) == ["imported"])
    #expect(values.1.differences(from: values.0).map(\.value) == [String(repeating: "a", count: 64)])
  }
}
