import Detectors
import Diagnostics
import Foundation
import Images
import Kernels
import Settings
import Specs
import TestSupport
import Testing

@testable import Results
@testable import Runner

extension Plan {
  fileprivate var failed: [Entry] {
    entries.filter { entry in if case .failed = entry.state { true } else { false } }
  }
}

/// GANomaly with one thing that goes wrong in its second epoch.
private final class FaultyDetector: AnomalyDetector {
  enum Fault { case infiniteLoss, collapse, infiniteScore, infiniteLaterScore, unreadableData }

  private let detector: any AnomalyDetector
  private let fault: Fault
  private var epoch = 0

  init(_ detector: any AnomalyDetector, _ fault: Fault) {
    self.detector = detector
    self.fault = fault
  }

  var epochs: Int { detector.epochs }
  var weights: [NamedTensor] { detector.weights }

  func load(weights: [NamedTensor]) throws(Problem) { try detector.load(weights: weights) }

  func begin(epoch: Int, on images: ImageSelection) throws {
    self.epoch = epoch
    try detector.begin(epoch: epoch, on: images)
  }

  func advance(atMost steps: Int) throws -> TrainingAdvance {
    let advance = try detector.advance(atMost: steps)
    guard epoch == 2, case .epochEnd(var report) = advance else { return advance }
    switch fault {
    case .infiniteLoss: report.losses[2].value = .infinity
    case .collapse: throw TrainingFailure(.collapsed, "the discriminator collapsed", hint: "none")
    case .infiniteScore, .infiniteLaterScore: break
    case .unreadableData: throw Problem(.badData, at: "data/7.png", "it is cut short", hint: "replace it")
    }
    return .epochEnd(report)
  }

  func evaluator(batchSize: Int) -> any Evaluator {
    // No epoch has begun in a detector that is evaluated later.
    let givesInfinity = fault == .infiniteScore && epoch == 2 || fault == .infiniteLaterScore && epoch == 0
    return FaultyEvaluator(detector.evaluator(batchSize: batchSize), givesInfinity: givesInfinity)
  }
}

/// An evaluator that may give an infinite score for the fourth image of each batch.
private final class FaultyEvaluator: Evaluator {
  private let evaluator: any Evaluator
  private let givesInfinity: Bool

  init(_ evaluator: any Evaluator, givesInfinity: Bool) {
    self.evaluator = evaluator
    self.givesInfinity = givesInfinity
  }

  var batchSize: Int { evaluator.batchSize }
  var isolatesImages: Bool {
    get { evaluator.isolatesImages }
    set { evaluator.isolatesImages = newValue }
  }

  func load(_ indices: ArraySlice<Int>, of images: ImageSelection, batchNorm: BatchNormStatistics) {
    evaluator.load(indices, of: images, batchNorm: batchNorm)
  }

  func advance() -> Scores? {
    var scores = evaluator.advance()
    if givesInfinity, let count = scores?.byName["squared-l2"]?.count, count > 3 {
      scores?.byName["squared-l2"]?[3] = .infinity
    }
    return scores
  }
}

@Suite("Runs that fail")
struct FailureTests {
  /// Twenty runs.
  private func plan(in folder: String) throws -> Plan {
    try RunnerTests.plan(
      tinyExperiment("held_out=all", "seeds=[0, 1]", "protocol.passes=[running]"), in: folder)
  }

  /// By class and seed.
  private static let faults: [String: FaultyDetector.Fault] = [
    "2/1": .infiniteLoss, "3/0": .collapse, "3/1": .infiniteScore, "9/0": .unreadableData,
  ]

  private func place(_ run: Run) -> String { "\(run.heldOut)/\(run.seed)" }

  /// - Returns: the failures that stand, and which runs were started.
  private func execute(
    _ plan: Plan, retriesFailed: Bool = false, faults: [String: FaultyDetector.Fault] = Self.faults
  ) throws -> (failed: [FailedRun], started: [String]) {
    var started: [String] = []
    let runner = ExperimentRunner(
      plan, context: ComputeContext(threads: 1), options: RunnerOptions(retriesFailed: retriesFailed),
      makeDetector: { run, image, context in
        let detector = run.detector.makeDetector(image: image, seed: UInt64(run.seed), context: context)
        return faults[self.place(run)].map { FaultyDetector(detector, $0) } ?? detector
      }
    ) { event in
      if case .runStarted(let run, _, _, _, _, _) = event { started.append(self.place(run.run)) }
    }
    return (try runner(), started)
  }

  private func files(_ suffix: String, in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(folder)/tiny/runs")
      .filter { $0.hasSuffix(suffix) }.sorted()
  }

  @Test("in four ways leave sixteen results and four causes; trying again touches only those four")
  func fourOfTwenty() throws {
    try withTemporaryFolder { folder in
      let first = try execute(plan(in: folder))
      #expect(first.started.count == 20)
      #expect(first.failed.map { "\($0.heldOut)/\($0.seed)" } == Self.faults.keys.sorted())
      #expect(first.failed.map(\.failure.kind) == [.diverged, .collapsed, .diverged, .error])
      #expect(first.failed.allSatisfy { $0.failure.lastGoodEpoch == 1 })
      let causes = first.failed.map(\.failure.cause)
      #expect(causes[0].hasPrefix("training diverged: the encoder loss is inf"))
      #expect(causes[1] == "the discriminator collapsed")
      #expect(causes[2].hasPrefix("the score of test sample 3 (of "))
      #expect(causes[3] == "data/7.png: it is cut short")
      #expect(first.failed[3].failure.hint == "replace it")
      #expect(first.failed.allSatisfy { !$0.failure.commit.isEmpty && $0.failure.time.hasSuffix("Z") })
      let results = try files(".h5", in: folder)
      #expect(results.count == 16)
      #expect(try files(".failed", in: folder).count == 4)
      let summary = try Summary.read(from: "\(folder)/tiny.h5")
      #expect(summary.failures == first.failed)
      #expect(summary.cells("auroc").joined().joined().count { $0 == nil } == 4)

      let planned = try plan(in: folder)
      #expect(planned.missing.isEmpty)
      #expect(planned.failed.map(\.state) == first.failed.map { .failed($0.failure) })
      #expect(planned.wanted(retryingFailed: true).map(\.run) == planned.failed.map(\.run))

      // They are not tried again, but they stand.
      let second = try execute(planned)
      #expect(second.started.isEmpty)
      #expect(second.failed == first.failed)

      func number(_ name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: "\(folder)/tiny/runs/\(name)")[.systemFileNumber]
          as? Int
      }
      let numbers = try results.map(number)
      let third = try execute(plan(in: folder), retriesFailed: true, faults: ["9/0": .collapse])
      #expect(third.started == Self.faults.keys.sorted())
      #expect(third.failed.map { "\($0.heldOut)/\($0.seed)" } == ["9/0"])
      #expect(third.failed.map(\.failure.kind) == [.collapsed], "the new cause takes the old one's place")
      #expect(try results.map(number) == numbers)
      #expect(try FailureTable.read(from: FileSchema.summary.open("\(folder)/tiny.h5")) == third.failed)
      #expect(try execute(plan(in: folder), retriesFailed: true, faults: [:]).failed.isEmpty)
      #expect(try files(".h5", in: folder).count == 20)
      #expect(try files(".failed", in: folder).isEmpty)
    }
  }

  @Test("are known from the summary where their own files are not")
  func freshClone() throws {
    try withTemporaryFolder { folder in
      let failed = try execute(plan(in: folder)).failed
      try FileManager.default.removeItem(atPath: "\(folder)/tiny/runs")
      let planned = try plan(in: folder)
      #expect(planned.missing.isEmpty)
      #expect(planned.failed.map(\.run.identifier) == failed.map(\.identifier))
      #expect(try execute(planned).failed == failed)
    }
  }

  @Test("are told of in the summary though the process ended before it was written")
  func uncollected() throws {
    try withTemporaryFolder { folder in
      let failed = try execute(plan(in: folder)).failed
      let runs = try plan(in: folder).runs
      try FileManager.default.removeItem(atPath: "\(folder)/tiny.h5")
      try SummaryFile.collect(
        plan(in: folder).experiment, runs: runs, results: folder, provenance: Provenance([]))
      var other = failed[0].failure
      other.cause = "another"
      let path = FailureFile.path(results: folder, experiment: "tiny", identifier: failed[0].identifier)
      try FailureFile.write(other, to: path)
      #expect(try execute(plan(in: folder)).failed[0].failure == other)
    }
  }
}

@Suite("Further evaluations that fail")
struct LaterFailureTests {
  /// What an execution does, by class.
  private struct Course {
    var failed: [FailedRun] = []
    var trained: [String] = []
    var evaluated: [String] = []
  }

  private func plan(in folder: String) throws -> Plan {
    try RunnerTests.plan(tinyExperiment("protocol.passes=[running, batch-shuffled]"), in: folder)
  }

  /// - Parameter faulty: the class whose detector gives a score that is not finite.
  private func course(in folder: String, retriesFailed: Bool = false, faulty: String = "0") throws -> Course {
    var course = Course()
    let runner = ExperimentRunner(
      try plan(in: folder), context: ComputeContext(threads: 1),
      options: RunnerOptions(retriesFailed: retriesFailed),
      makeDetector: { run, image, context in
        let detector = run.detector.makeDetector(image: image, seed: UInt64(run.seed), context: context)
        return run.heldOut == faulty ? FaultyDetector(detector, .infiniteLaterScore) : detector
      }
    ) { event in
      if case .runStarted(let run, _, _, _, _, _) = event { course.trained.append(run.run.heldOut) }
      if case .evaluationStarted(let run, _) = event { course.evaluated.append(run.run.heldOut) }
    }
    course.failed = try runner()
    return course
  }

  @Test("are failures of their finished run, cost the others nothing, and are tried again on request alone")
  func failure() throws {
    try withTemporaryFolder { folder in
      let finished = try RunnerTests.plan(tinyExperiment("protocol.passes=[running]"), in: folder)
      try execute(finished)
      let first = try course(in: folder)
      #expect(first.evaluated == ["0", "1"] && first.trained.isEmpty)
      #expect(first.failed.map(\.heldOut) == ["0"])
      let failure = try #require(first.failed.first?.failure)
      #expect(failure.kind == .error && failure.lastGoodEpoch == 2)
      #expect(failure.cause.hasPrefix("the score of test sample "))
      #expect(try plan(in: folder).entries.map(\.state) == [.failed(failure), .done])
      let scores = try RunFile.record(in: runPath(finished.runs[0], in: folder)).history.scores
      #expect(Set(scores.map(\.key.evaluation.pass)) == [.running])

      let second = try course(in: folder)
      #expect(second.evaluated.isEmpty && second.failed == first.failed)
      let third = try course(in: folder, retriesFailed: true, faulty: "none")
      #expect(third.evaluated == ["0"] && third.trained.isEmpty && third.failed.isEmpty)
      #expect(try plan(in: folder).entries.map(\.state) == [.done, .done])
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: "\(folder)/tiny/runs")
          .allSatisfy { $0.hasSuffix(".h5") })
    }
  }
}
