import Datasets
import Diagnostics
import Foundation
import Results
import Runner
import Specs
import TestSupport
import Testing

private let halving =
  "sweep={grid: {detector.latent_size: [2, 3, 4, 6]}, halving: {first: 1, factor: 2}, choose_by: test-auroc}"

/// Runs rung after rung.
private func executeAll(_ experiment: Experiment, in folder: String) throws -> (
  plan: Plan, started: [IdentifiedRun]
) {
  var current = try plan(experiment, in: folder)
  var started = try execute(current).started
  while let next = try current.continued() {
    current = next
    started += try execute(current).started
  }
  return (try plan(experiment, in: folder), started)
}

@Suite("A sweep that is run")
struct SweepRunTests {
  @Test("trains every configuration, and takes over what the same runs without a sweep have left")
  func grid() throws {
    try withTemporaryFolder { folder in
      let single = try tinyExperiment("detector.latent_size=3", "detector.epochs=1")
      let before = try execute(plan(single, in: folder)).started
      let swept = try tinyExperiment(
        "sweep={grid: {detector.latent_size: [2, 3]}}", "detector.epochs=1")
      let started = try execute(plan(swept, in: folder)).started
      #expect(started.map(\.configuration) == ["latent_size=2", "latent_size=2"])
      #expect(started.map(\.title)[1] == "ganomaly, latent_size=2, 1 held out, seed 0")
      let summary = try Summary.read(from: "\(folder)/tiny.h5")
      #expect(summary.detectors == ["latent_size=2", "latent_size=3"])
      #expect(summary.cells("auroc").joined().joined().allSatisfy { $0 != nil })
      #expect(try plan(swept, in: folder).runs.map(\.identifier).suffix(2) == before.map(\.identifier))
      // The stored settings are of that run alone.
      #expect(try RunFile.record(in: runPath(started[0], in: folder)).run == started[0].run)
    }
  }

  @Test("that halves trains the better half of each rung to the next, the best to the end, and stops there")
  func halved() throws {
    try withTemporaryFolder { folder in
      let experiment = try tinyExperiment(halving, "held_out=[0]", "detector.epochs=4")
      let first = try plan(experiment, in: folder)
      #expect(first.entries.count == 4)
      #expect(first.openRungs.map(\.epochs) == [2, 4])
      #expect(try first.continued() == nil, "nothing is decided yet")
      let (last, started) = try executeAll(experiment, in: folder)
      #expect(started.map(\.run.detector.epochs) == [1, 1, 1, 1, 2, 2, 4])
      #expect(last.missing.isEmpty && last.openRungs.isEmpty && last.stale.isEmpty)
      // By the numbers in the files themselves.
      func area(_ run: IdentifiedRun) throws -> Double {
        try StoredRun(runPath(run, in: folder)).rows[0].auroc
      }
      func bestHalf(_ runs: ArraySlice<IdentifiedRun>) throws -> Set<String> {
        let ranked = try runs.map { ($0.configuration, try area($0)) }.sorted { $0.1 > $1.1 }
        return Set(ranked.prefix(runs.count / 2).map(\.0))
      }
      #expect(try Set(started[4..<6].map(\.configuration)) == bestHalf(started[0..<4]))
      #expect(try [started[6].configuration] == Array(bestHalf(started[4..<6])))

      let sweep = try #require(try Summary.read(from: "\(folder)/tiny.h5").sweep)
      #expect(sweep.epochs.sorted() == [1, 1, 2, 4])
      #expect(sweep.isStopped.count { !$0 } == 1)
      #expect(sweep.best.map { sweep.epochs[$0] } == 4)

      // A rung's run is the run of so many epochs, and nothing is trained twice.
      let alone = try tinyExperiment("held_out=[0]", "detector.epochs=1", "detector.latent_size=3")
      #expect(try plan(alone, in: folder).entries.map(\.state) == [.done])
      #expect(try executeAll(experiment, in: folder).started.isEmpty)
      try FileManager.default.removeItem(atPath: "\(folder)/tiny/runs")
      let summarized = try plan(experiment, in: folder)
      #expect(summarized.missing.isEmpty && summarized.entries.count == 7, "the summary tells as well")
    }
  }

  @Test("ranks a configuration with a failed run last")
  func failed() throws {
    try withTemporaryFolder { folder in
      let experiment = try tinyExperiment(
        "sweep={grid: {detector.learning_rate: [1e30, 1e-3]}, halving: {first: 1, factor: 2}, choose_by: test-auroc}",
        "held_out=[0]", "detector.epochs=2")
      let (last, _) = try executeAll(experiment, in: folder)
      let onSecond = last.entries.filter { $0.run.run.detector.epochs == 2 }
      #expect(onSecond.map(\.run.configuration) == ["learning_rate=0.001"])
      #expect(onSecond.map(\.state) == [.done])
      let summary = try Summary.read(from: "\(folder)/tiny.h5")
      #expect(
        summary.failures.map(\.title) == ["ganomaly, learning_rate=1e+30 for 1 epoch, 0 held out, seed 0"])
      #expect(summary.sweep?.best == 1)
    }
  }

  @Test("goes on with another configuration where a run that failed before now succeeds")
  func recovered() throws {
    try withTemporaryFolder { folder in
      let experiment = try tinyExperiment(halving, "held_out=[0]", "detector.epochs=4")
      let (last, _) = try executeAll(experiment, in: folder)
      let winner = try #require(last.entries.last?.run.configuration)
      let first = try #require(last.entries.first { $0.run.configuration == winner }?.run)
      let runFile = runPath(first, in: folder)
      let file = try Data(contentsOf: URL(fileURLWithPath: runFile))

      // Without its first run the winner is not in the race; the rest is decided anew.
      try FileManager.default.removeItem(atPath: "\(folder)/tiny.h5")
      try FileManager.default.removeItem(atPath: runFile)
      let failure = FailureFile.path(results: folder, experiment: "tiny", identifier: first.identifier)
      try FailureFile.write(
        RunFailure(kind: .killed, cause: "c", lastGoodEpoch: 0, commit: "c", time: RunFailure.time()),
        to: failure)
      let without = try executeAll(experiment, in: folder).plan
      #expect(without.missing.isEmpty && without.entries.last?.run.configuration != winner)

      try file.write(to: URL(fileURLWithPath: runFile))
      try FileManager.default.removeItem(atPath: failure)
      let continued = try #require(try without.continued())
      #expect(continued.entries.last?.run.configuration == winner)
      #expect(try continued.continued() == nil)
    }
  }

  @Test("is planned no further than is asked for, whatever results have decided")
  func mostRungs() throws {
    try withTemporaryFolder { folder in
      let experiment = try tinyExperiment(halving, "held_out=[0]", "detector.epochs=4")
      let (last, _) = try executeAll(experiment, in: folder)
      #expect(last.plannedRungs == 3)
      let data = DataSearchPath(candidates: [])
      for (rungs, runs) in [(1, 4), (2, 6), (3, 7)] {
        let plan = try Plan(experiment, data: data, results: folder, mostRungs: rungs)
        #expect(plan.plannedRungs == rungs && plan.entries.count == runs)
      }
    }
  }
}

@Suite("Normals held out of training")
struct ValidationTests {
  @Test("are a share of the training normals, the same for the same seed, and leave the test set alone")
  func split() throws {
    let dataset = try Dataset.load(tinyExperiment().dataset)
    let whole = try Split.make(dataset, .pooled, classes: [0], seed: 3)
    let split = try whole.holdingOut(validationShare: 0.25, seed: 3, title: "digits")
    #expect(split.validation.count == whole.train.count / 4)
    #expect(split.train.count + split.validation.count == whole.train.count)
    #expect(Set(split.train).union(split.validation) == Set(whole.train))
    #expect(split.test == whole.test)
    #expect(split.train == whole.train.filter(Set(split.train).contains), "in the same order")
    #expect(try whole.holdingOut(validationShare: 0.25, seed: 3, title: "digits") == split)
    #expect(try whole.holdingOut(validationShare: 0.25, seed: 4, title: "digits") != split)
    #expect(try whole.holdingOut(validationShare: 0, seed: 3, title: "digits") == whole)
    expectProblem(.usage, "protocol.validation_fraction 0.0001") {
      _ = try whole.holdingOut(validationShare: 0.0001, seed: 3, title: "digits")
    }
  }

  @Test("give a loss for each epoch, which falls in training, and another id")
  func loss() throws {
    try withTemporaryFolder { folder in
      let experiment = try tinyExperiment(
        "protocol.validation_fraction=0.2", "held_out=[0]", "detector.epochs=4",
        "detector.learning_rate=0.005")
      let run = try execute(plan(experiment, in: folder)).started[0]
      let losses = try StoredRun(runPath(run, in: folder)).group.openDataset("history/validation_loss")
      let values = try losses.read(Double.self).values
      #expect(values.count == 4)
      #expect(values.allSatisfy { (0...1).contains($0) })
      #expect(values[3] < values[0])
      #expect(try losses.dimensionLabels() == ["epoch"])
      let without = try tinyExperiment("held_out=[0]", "detector.epochs=4", "detector.learning_rate=0.005")
      let other = try execute(plan(without, in: "\(folder)/without")).started[0]
      #expect(other.identifier != run.identifier)
      let group = try StoredRun(runPath(other, in: "\(folder)/without")).group
      #expect(try !group.exists("history/validation_loss"))
    }
  }

  @Test("give the same losses where the run was stopped in between")
  func resumed() throws {
    try withTemporaryFolder { folder in
      let experiment = try tinyExperiment("protocol.validation_fraction=0.2", "held_out=[0]")
      let undisturbed = try execute(plan(experiment, in: "\(folder)/undisturbed")).started[0]
      // In the first epoch, in its evaluation, in the second.
      for count in [4, 30, 5] {
        let stop = StopAt(count)
        #expect(throws: Problem.self) {
          try execute(
            plan(experiment, in: folder), options: RunnerOptions(stopRequest: { stop.request }))
        }
        #expect(stop.isReached)
      }
      let run = try execute(plan(experiment, in: folder)).started[0]
      let contents = try hdf5Contents(of: runPath(run, in: folder))
      #expect(contents.keys.contains { $0.hasSuffix("history/validation_loss") })
      #expect(try contents == hdf5Contents(of: runPath(undisturbed, in: "\(folder)/undisturbed")))
    }
  }

  @Test("must leave a batch to train on")
  func batch() throws {
    try withTemporaryFolder { folder in
      let experiment = try tinyExperiment("protocol.validation_fraction=0.97")
      expectProblem(.usage, "detector.batch_size is 64, but digits has") {
        _ = try plan(experiment, in: folder)
      }
    }
  }
}
