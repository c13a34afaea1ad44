import Diagnostics
import Foundation
import Results
import Runner
import TestSupport
import Testing

@Suite("An experiment")
struct ExperimentRunnerTests {
  @Test("is run once and not again")
  func once() throws {
    try withTemporaryFolder { folder in
      let experiment = try tinyExperiment()
      let first = try execute(plan(experiment, in: folder))
      #expect(first.failures.isEmpty)
      #expect(first.started.map(\.run.heldOut) == ["0", "1"])
      let path = runPath(first.started[0], in: folder)
      let before = try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
      let second = try execute(plan(experiment, in: folder))
      #expect(second.started.isEmpty)
      let after = try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
      #expect(before == after && before != nil)
      let summary = try Summary.read(from: "\(folder)/tiny.h5")
      #expect(summary.cells("auroc").joined().joined().allSatisfy { $0 != nil })
    }
  }

  @Test("gives the same data sets again, bit for bit, whatever the threads and the other runs")
  func reproducible() throws {
    try withTemporaryFolder { folder in
      let both = try execute(plan(tinyExperiment(), in: "\(folder)/1"), threads: 1).started
      let expected = try hdf5Contents(of: runPath(both[1], in: "\(folder)/1"))
      #expect(expected.count > 100, "weights, material and scores")
      for threads in [1, 2, 3] {
        let results = "\(folder)/alone-\(threads)"
        let alone = try execute(plan(tinyExperiment("held_out=[1]"), in: results), threads: threads).started
        #expect(alone.map(\.identifier) == [both[1].identifier])
        let contents = try hdf5Contents(of: runPath(alone[0], in: results))
        #expect(contents.keys.sorted() == expected.keys.sorted())
        for (name, content) in contents {
          #expect(content == expected[name], "\(name) with \(threads) threads")
        }
      }
    }
  }

  @Test("keeps of every epoch the time of its own training")
  func trainingTime() throws {
    try withTemporaryFolder { folder in
      let experiment = try tinyExperiment("held_out=[1]", "detector.epochs=4")
      var steps = 0
      let begin = ContinuousClock.now
      let run = try execute(plan(experiment, in: folder)) { event in
        guard case .step = event else { return }
        steps += 1
        usleep(5000)
      }.started[0]
      let whole = (ContinuousClock.now - begin) / .seconds(1)
      let history = try StoredRun(runPath(run, in: folder)).group.openGroup("history")
      let seconds = try history.attributes.readNumbers(Double.self, "training_seconds")
      #expect(seconds.count == 4)
      #expect(seconds.reduce(0, +) >= 0.005 * Double(steps))
      #expect(seconds.reduce(0, +) <= whole)
    }
  }

  @Test("gives other numbers for another seed")
  func seeds() throws {
    try withTemporaryFolder { folder in
      let runs = try execute(plan(tinyExperiment("held_out=[1]", "seeds=[0, 1]"), in: folder)).started
      let scores = try runs.map { try StoredRun(runPath($0, in: folder)).scores[0].sorted() }
      #expect(scores[0] != scores[1])
    }
  }

  @Test("keeps what is done when a run fails, and says which and why")
  func failure() throws {
    try withTemporaryFolder { folder in
      let good = try tinyExperiment("held_out=[0]")
      try execute(plan(good, in: folder))
      let bad = try tinyExperiment("detector.learning_rate=1e30")
      let result = try execute(plan(bad, in: folder))
      #expect(result.started.count == 2, "the second is tried though the first fails")
      #expect(result.failures.map(\.failure.kind) == [.diverged, .diverged])
      #expect(result.failures[1].title == "ganomaly, 1 held out, seed 0")
      #expect(result.failures[1].failure.hint == "a smaller learning rate may help")
      #expect(try Summary.read(from: "\(folder)/tiny.h5").cells("auroc") == [[[nil], [nil]]])
      let planned = try plan(bad, in: folder)
      #expect(planned.missing.isEmpty)
      #expect(planned.entries.map(\.state) == result.failures.map { .failed($0.failure) })
      // The good run is still there.
      #expect(try execute(plan(good, in: folder)).started.isEmpty)
      #expect(try Summary.read(from: "\(folder)/tiny.h5").cells("auroc")[0][0][0] != nil)
    }
  }

  @Test("forgets a failure once the run is tried again and succeeds")
  func recovery() throws {
    struct Mishap: Error, CustomStringConvertible { var description: String { "as it happens" } }
    try withTemporaryFolder { folder in
      let experiment = try tinyExperiment()
      var failsFirst = true
      let result = try execute(plan(experiment, in: folder)) { event in
        if case .step = event, failsFirst {
          failsFirst = false
          throw Mishap()
        }
      }
      #expect(result.failures.map(\.failure.summary) == ["as it happens; last good epoch: none"])
      let cells = try Summary.read(from: "\(folder)/tiny.h5").cells("auroc")
      #expect(cells[0].map { $0[0] == nil } == [true, false])
      #expect(
        try plan(experiment, in: folder).entries.map(\.state) == [.failed(result.failures[0].failure), .done])
      #expect(try execute(plan(experiment, in: folder)).started.isEmpty, "not without being asked for")
      let again = try execute(plan(experiment, in: folder), options: RunnerOptions(retriesFailed: true))
      #expect(again.started.map(\.run.heldOut) == ["0"])
      #expect(again.failures.isEmpty)
      #expect(try plan(experiment, in: folder).entries.map(\.state) == [.done, .done])
      let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/tiny/runs")
      #expect(files.count == 2)
    }
  }

  @Test("gathers the finished runs when it is interrupted")
  func interruption() throws {
    try withTemporaryFolder { folder in
      let experiment = try tinyExperiment()
      expectProblem(.interrupted, "stop") {
        try execute(plan(experiment, in: folder)) { event in
          if case .runStarted(_, let position, _, _, _, _) = event, position == 2 {
            throw Problem(.interrupted, "stop")
          }
        }
      }
      let cells = try Summary.read(from: "\(folder)/tiny.h5").cells("auroc")
      #expect(cells[0].map { $0[0] == nil } == [false, true])
      #expect(try execute(plan(experiment, in: folder)).started.map(\.run.heldOut) == ["1"])
    }
  }

  @Test("leaves to another process what that has finished meanwhile")
  func twoProcesses() throws {
    try withTemporaryFolder { folder in
      let experiment = try tinyExperiment("detector.epochs=1")
      let early = try plan(experiment, in: folder)
      try execute(plan(experiment, in: folder))
      #expect(try execute(early).started.isEmpty)
    }
  }

  @Test("is refused when a batch does not fit into the training set")
  func largeBatch() throws {
    try withTemporaryFolder { folder in
      let experiment = try tinyExperiment("detector.batch_size=5000")
      expectProblem(.usage, "detector.batch_size is 5000, but digits has 1") {
        try execute(plan(experiment, in: folder))
      }
    }
  }

  @Test("says that the results cannot be written before anything runs")
  func unwritable() throws {
    try withTemporaryFolder { folder in
      try write([], to: "\(folder)/file")
      expectProblem(.inputOutput, "the folder cannot be created") {
        try execute(plan(tinyExperiment(), in: "\(folder)/file/results")) { _ in
          Issue.record("a run was started")
        }
      }
    }
  }
}

@Suite("A plan")
struct PlanTests {
  @Test("tells what is missing, done, done in the summary only, and stale")
  func states() throws {
    try withTemporaryFolder { folder in
      let experiment = try tinyExperiment("detector.epochs=1")
      #expect(try plan(experiment, in: folder).entries.map(\.state) == [.missing, .missing])
      let runs = try execute(plan(experiment, in: folder)).started
      #expect(try plan(experiment, in: folder).entries.map(\.state) == [.done, .done])
      #expect(try plan(experiment, in: folder).stale.isEmpty)
      try FileManager.default.removeItem(atPath: runPath(runs[1], in: folder))
      let partly = try plan(experiment, in: folder)
      #expect(partly.entries.map(\.state) == [.done, .doneInSummary])
      #expect(partly.missing.isEmpty)

      let wider = try tinyExperiment("detector.epochs=1", "detector.width=3", "held_out=[1]")
      let changed = try plan(wider, in: folder)
      #expect(changed.entries.map(\.state) == [.missing])
      #expect(changed.stale == runs.map(\.identifier).sorted())
      // Another description changes nothing.
      let described = try tinyExperiment("detector.epochs=1", "description=other words")
      #expect(try plan(described, in: folder).missing.isEmpty)
    }
  }

  @Test("refuses a file that holds another run")
  func renamed() throws {
    try withTemporaryFolder { folder in
      let experiment = try tinyExperiment("detector.epochs=1")
      let runs = try execute(plan(experiment, in: folder)).started
      try FileManager.default.removeItem(atPath: runPath(runs[0], in: folder))
      try FileManager.default.moveItem(
        atPath: runPath(runs[1], in: folder), toPath: runPath(runs[0], in: folder))
      expectProblem(.badData, "the file holds run \(runs[1].identifier)") {
        _ = try plan(experiment, in: folder)
      }
    }
  }
}
