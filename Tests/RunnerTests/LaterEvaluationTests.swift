import Foundation
import Results
import Settings
import Specs
import TestSupport
import Testing

@testable import Runner

/// How the first run of a plan was carried out.
private struct Course {
  var trainings = 0
  var evaluations: [Int] = []
}

private func course(_ plan: Plan, keeping kept: KeptWeights = .best) throws -> Course {
  var course = Course()
  var options = RunnerOptions()
  options.keptWeights = kept
  try execute(plan, options: options) { event in
    switch event {
    case .runStarted: course.trainings += 1
    case .evaluationStarted(_, let evaluations): course.evaluations.append(evaluations)
    default: break
    }
  }
  return course
}

private let fewer = ["held_out=[0]", "detector.epochs=3", "protocol.passes=[running]"]
private let more = [
  "held_out=[0]", "detector.epochs=3", "protocol.passes=[running, batch-1, batch-shuffled]",
]

@Suite("Evaluations that a finished training lacks")
struct LaterEvaluationTests {
  private func lack(_ plan: Plan) -> Lack? {
    if case .lacking(let lack) = plan.entries[0].state { lack } else { nil }
  }

  @Test("are computed from the weights of every epoch, to the bits that they would have had from the start")
  func everyEpoch() throws {
    try withTemporaryFolder { folder in
      #expect(try course(plan(tinyExperiment(overrides: fewer), in: folder), keeping: .all).trainings == 1)
      let lacking = try plan(tinyExperiment(overrides: more), in: folder)
      #expect(lack(lacking)?.remedy == .evaluatingAllEpochs)
      #expect(lack(lacking)?.evaluations.map(\.pass) == [.batchShuffled, .batchSingle])
      let later = try course(lacking)
      #expect(later.trainings == 0 && later.evaluations == [2])
      let again = try plan(tinyExperiment(overrides: more), in: folder)
      #expect(again.entries.map(\.state) == [.done])

      let whole = try plan(tinyExperiment(overrides: more), in: "\(folder)/whole")
      try execute(whole)
      let (a, b) = (
        try RunFile.record(in: runPath(again.runs[0], in: folder)),
        try RunFile.record(in: runPath(whole.runs[0], in: "\(folder)/whole"))
      )
      #expect(a.identifier == b.identifier)
      let key = { (score: ScoreRecord) in score.label }
      #expect(
        a.history.scores.sorted { key($0) < key($1) } == b.history.scores.sorted { key($0) < key($1) })
      let tables = try [folder, "\(folder)/whole"].map { try SummaryEvaluations.read(from: "\($0)/tiny.h5") }
      #expect(Set(tables[0].areas.map(\.pass)) == ["running", "batch-1", "batch-shuffled"])
      for area in tables[0].areas {
        #expect(
          tables[1].areas.first { ($0.score, $0.pass, $0.epoch) == (area.score, area.pass, area.epoch) }
            == area)
      }
    }
  }

  @Test("have only the last epoch where only its weights were kept, and no best one")
  func lastEpoch() throws {
    try withTemporaryFolder { folder in
      _ = try course(plan(tinyExperiment(overrides: fewer), in: folder), keeping: .last)
      let lacking = try plan(tinyExperiment(overrides: more), in: folder)
      #expect(lack(lacking)?.remedy == .evaluatingLastEpoch)
      #expect(try course(lacking).trainings == 0)
      let record = try RunFile.record(in: runPath(lacking.runs[0], in: folder))
      let added = try #require(record.history.scores.first { $0.label == "squared-l2, batch-1" })
      #expect(added.measures.map(\.isEvaluated) == [false, false, true])
      #expect(added.best == nil && added.last != nil && added.bestEpoch == 0)
      #expect(try plan(tinyExperiment(overrides: more), in: folder).entries.map(\.state) == [.done])
    }
  }

  @Test("ask for a training where there are no weights, or where the headline's best epoch needs all of them")
  func training() throws {
    try withTemporaryFolder { folder in
      let first = try plan(tinyExperiment(overrides: fewer), in: folder)
      _ = try course(first, keeping: .last)
      let best = more + ["protocol.batch_norm=batch", "protocol.epoch=best-on-test"]
      #expect(lack(try plan(tinyExperiment(overrides: best), in: folder))?.remedy == .training)
      try FileManager.default.removeItem(atPath: "\(folder)/tiny/runs")
      let lacking = try plan(tinyExperiment(overrides: more), in: folder)
      #expect(lack(lacking)?.remedy == .training)
      #expect(try plan(tinyExperiment(overrides: fewer), in: folder).entries.map(\.state) == [.doneInSummary])
      #expect(try course(lacking).trainings == 1)
      #expect(try plan(tinyExperiment(overrides: more), in: folder).entries.map(\.state) == [.done])
    }
  }

  @Test("are a failure where an epoch's weights do not fit, which names their file and the tensor")
  func foreignWeights() throws {
    try withTemporaryFolder { folder in
      let first = try plan(tinyExperiment(overrides: fewer), in: folder)
      _ = try course(first, keeping: .all)
      let (identifier, path) = (first.runs[0].identifier, runPath(first.runs[0], in: folder))
      var weights = try RunFile.weights(in: path)
      let missing = weights.removeFirst().name
      try WeightsFile.write(weights, identifier: identifier, epoch: 1, beside: path)
      let failures = try execute(plan(tinyExperiment(overrides: more), in: folder)).failures
      let place = "\(folder)/tiny/weights/\(identifier)-1.h5:/weights/\(missing)"
      #expect(failures.map(\.failure.cause) == ["\(place): this tensor is missing"])
    }
  }

  @Test("are no lack where only the view of what is stored is another")
  func view() throws {
    try withTemporaryFolder { folder in
      try execute(plan(tinyExperiment(overrides: more), in: folder))
      for view in [["protocol.score=l1"], ["protocol.epoch=best-on-test"], ["protocol.batch_norm=batch"]] {
        let other = try plan(tinyExperiment(overrides: more + view), in: folder)
        #expect(other.entries.map(\.state) == [.done])
        let course = try course(other)
        #expect(course.trainings == 0 && course.evaluations.isEmpty)
        let record = try RunFile.record(in: runPath(other.runs[0], in: folder))
        let view = other.runs[0].run.headlineView
        let score = try #require(record.history.scores.first { $0.key == view.score })
        let cells = try Summary.read(from: "\(folder)/tiny.h5").cells("auroc")
        #expect(cells == [[[score[view.epoch]?.auroc]]])
      }
    }
  }

  @Test("of two configurations of one training are computed in that training, once")
  func sharedTraining() throws {
    let text = try tinyExperiment().source.text + "\nsweep: {grid: {protocol.test_batch: [16, 64]}}\n"
    let experiment = try Experiment.parse(
      text: text, path: "experiments/tiny.yaml", overrides: ["held_out=[0]", "protocol.batch_norm=batch"])
    try withTemporaryFolder { folder in
      let course = try course(plan(experiment, in: folder))
      #expect(course.trainings == 1)
      #expect(try plan(experiment, in: folder).missing.isEmpty)
      let cells = try Summary.read(from: "\(folder)/tiny.h5").cells("auroc").map { $0[0][0] }
      #expect(cells.count == 2 && cells[0] != nil && cells[0] != cells[1])
    }
  }
}

@Suite("The course within an epoch")
struct EpochCourseTests {
  private static let overrides = ["held_out=[0]", "protocol.evaluate_every=7", "protocol.passes=[running]"]

  @Test("is measured every so many steps, and changes nothing of the training")
  func moments() throws {
    try withTemporaryFolder { folder in
      let plan = try RunnerTests.plan(tinyExperiment(overrides: Self.overrides), in: folder)
      try execute(plan)
      let record = try RunFile.record(in: runPath(plan.runs[0], in: folder))
      // 20 steps an epoch.
      let expected = [1, 2].flatMap { epoch in [7, 14].map { TrainingMoment(epoch: epoch, step: $0) } }
      #expect(record.history.moments == expected)
      for score in record.history.scores { #expect(score.course.count == 4 && score.course[0].isEvaluated) }
      let without = try recordWithoutCourse(folder)
      #expect(record.history.scores.map(\.lastScores) == without.history.scores.map(\.lastScores))
    }
  }

  @Test("takes time that a stop does not lose")
  func evaluationTime() throws {
    try withTemporaryFolder { folder in
      let experiment = try tinyExperiment(overrides: Self.overrides)
      let stopped = try RunnerTests.plan(experiment, in: folder)
      let (run, path) = (stopped.runs[0], stopped.files(of: stopped.runs[0]).checkpoint)
      let flag = StopFlag(after: 8)
      _ = try? execute(stopped, options: RunnerOptions(stopRequest: { flag.request })) { event in
        if case .step = event { flag.step() }
      }
      var checkpoint = try #require(
        try CheckpointFile.read(path, of: run.run, identifier: run.identifier))
      #expect(checkpoint.evaluationSecondsInEpoch > 0)
      checkpoint.evaluationSecondsInEpoch = 1000
      try CheckpointFile.write(checkpoint, to: path)
      try execute(RunnerTests.plan(experiment, in: folder))
      let seconds = try RunFile.record(in: runPath(run, in: folder)).history.evaluationSeconds
      #expect(seconds[0] > 1000 && seconds[1] < 1000)
    }
  }

  private func recordWithoutCourse(_ folder: String) throws -> RunRecord {
    let plan = try RunnerTests.plan(
      tinyExperiment("held_out=[0]", "protocol.passes=[running]"), in: "\(folder)/without")
    try execute(plan)
    return try RunFile.record(in: runPath(plan.runs[0], in: "\(folder)/without"))
  }

  @Test("is the same after a stop at any of its steps", arguments: [6, 7, 8])
  func stopped(step: Int) throws {
    try withTemporaryFolder { folder in
      let experiment = try tinyExperiment(overrides: Self.overrides)
      let undisturbed = try RunnerTests.plan(experiment, in: "\(folder)/undisturbed")
      try execute(undisturbed)
      let flag = StopFlag(after: step)
      _ = try? execute(
        RunnerTests.plan(experiment, in: folder), options: RunnerOptions(stopRequest: { flag.request })
      ) { event in if case .step = event { flag.step() } }
      try execute(RunnerTests.plan(experiment, in: folder))
      let (a, b) = (
        try RunFile.record(in: runPath(undisturbed.runs[0], in: folder)),
        try RunFile.record(in: runPath(undisturbed.runs[0], in: "\(folder)/undisturbed"))
      )
      #expect(a.history.scores == b.history.scores && a.history.moments == b.history.moments)
    }
  }
}

/// Asks to stop after so many steps.
private final class StopFlag: @unchecked Sendable {
  private let limit: Int
  private var steps = 0

  init(after limit: Int) { self.limit = limit }

  func step() { steps += 1 }

  var request: StopRequest? { steps >= limit ? .interruption : nil }
}

@Suite("Files of schema version 2")
struct EarlierFilesTests {
  private static let fixtures = "\(Bundle.module.bundlePath)/Fixtures"
  private static let earlier = "880d1afe4b5f7bd8"

  private func copy(_ names: [(from: String, to: String)], to folder: String) throws {
    try FileManager.default.createDirectory(
      atPath: "\(folder)/tiny/runs", withIntermediateDirectories: true)
    for (from, to) in names {
      try FileManager.default.copyItem(atPath: "\(Self.fixtures)/\(from)", toPath: "\(folder)/\(to)")
    }
  }

  @Test("hold runs that are done, each under its present id", arguments: [true, false])
  func done(isRunFile: Bool) throws {
    try withTemporaryFolder { folder in
      try copy(
        [
          isRunFile
            ? ("\(Self.earlier).h5", "tiny/runs/\(Self.earlier).h5") : ("summary-version-2.h5", "tiny.h5")
        ], to: folder)
      let old = try plan(tinyExperiment("held_out=[0]"), in: folder)
      #expect(old.entries.map(\.state) == [isRunFile ? .done : .doneInSummary])
      #expect(old.runs[0].identifier != Self.earlier && old.runs[0].earlierIdentifier == Self.earlier)
      #expect(old.stale.isEmpty)
      #expect(try execute(old).started.isEmpty)
      let cells = try Summary.read(from: "\(folder)/tiny.h5").cells("auroc")

      let new = try plan(tinyExperiment("held_out=[0]"), in: "\(folder)/new")
      try execute(new)
      #expect(try Summary.read(from: "\(folder)/new/tiny.h5").cells("auroc") == cells, "the same numbers")
    }
  }

  @Test("are evaluated further from the weights in them, although their name is of other evaluations")
  func further() throws {
    try withTemporaryFolder { folder in
      try copy([("\(Self.earlier).h5", "tiny/runs/\(Self.earlier).h5")], to: folder)
      let experiment = try tinyExperiment(
        "held_out=[0]", "protocol.passes=[running, batch-shuffled, batch-1]")
      let more = try plan(experiment, in: folder)
      let course = try course(more)
      #expect(course.trainings == 0 && course.evaluations == [1])
      // Now it is a file of the present version, under the present id.
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: "\(folder)/tiny/runs")
          == ["\(more.runs[0].identifier).h5"])
      let again = try plan(experiment, in: folder)
      #expect(again.entries.map(\.state) == [.done] && again.stale.isEmpty)
      let cells = try Summary.read(from: "\(folder)/tiny.h5").cells("auroc")
      #expect(cells.joined().joined().allSatisfy { $0 != nil })
    }
  }

  @Test("continue from their checkpoints, to the bits of a run that was never stopped")
  func checkpoint() throws {
    let overrides = ["held_out=[0]", "detector.epochs=40"]
    try withTemporaryFolder { folder in
      let name = "73bc1055e8cd5d1e.checkpoint.h5"
      try copy([(name, "tiny/runs/\(name)")], to: folder)
      let old = try plan(tinyExperiment(overrides: overrides), in: folder)
      #expect(old.entries[0].hasCheckpoint)
      var resumed: Int?
      try execute(old) { event in
        if case .runResumed(_, let epochs, _) = event { resumed = epochs }
      }
      #expect(resumed == 33)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: "\(folder)/tiny/runs")
          .filter { $0.contains("checkpoint") }.isEmpty)
      let new = try plan(tinyExperiment(overrides: overrides), in: "\(folder)/new")
      try execute(new)
      let (a, b) = (
        try RunFile.record(in: runPath(old.runs[0], in: folder)),
        try RunFile.record(in: runPath(new.runs[0], in: "\(folder)/new"))
      )
      #expect(a.history.scores.map(\.lastScores) == b.history.scores.map(\.lastScores))
      #expect(a.history.scores.map(\.measures) == b.history.scores.map(\.measures))
      #expect(a.history.losses.map(\.values) == b.history.losses.map(\.values))
      let files = (runPath(old.runs[0], in: folder), runPath(new.runs[0], in: "\(folder)/new"))
      #expect(try RunFile.weights(in: files.0) == RunFile.weights(in: files.1))
    }
  }
}
