import Diagnostics
import Foundation
import HDF5
import Kernels
import Results
import Synchronization
import TestSupport
import Testing

@testable import Runner

/// Asks to stop when it is asked for the n-th time.
final class StopAt: Sendable {
  private let left: Atomic<Int>
  init(_ count: Int) { left = Atomic(count) }
  /// How often it would have been asked beyond the stop; negative as long as it has not been reached.
  var isReached: Bool { left.load(ordering: .relaxed) <= 0 }
  var request: StopRequest? {
    left.wrappingSubtract(1, ordering: .relaxed).newValue <= 0 ? .termination : nil
  }
}

@Suite("A run that is stopped")
struct ResumeTests {
  /// Twenty steps an epoch, and eight batches in each of two passes.
  private let experiment = Result { try tinyExperiment("held_out=[1]") }

  private func plan(in folder: String) throws -> Plan { try RunnerTests.plan(experiment.get(), in: folder) }

  private func paths(_ plan: Plan) -> RunPaths {
    RunPaths(results: plan.results, experiment: "tiny", identifier: plan.runs[0].identifier)
  }

  /// What an undisturbed run gives.
  private static let undisturbed = Result {
    try withTemporaryFolder { folder in
      let plan = try RunnerTests.plan(tinyExperiment("held_out=[1]"), in: folder)
      try execute(plan)
      return try hdf5Contents(of: runPath(plan.runs[0], in: folder))
    }
  }

  private func stop(_ folder: String, at count: Int) throws {
    let stop = StopAt(count)
    expectProblem(.terminated, "stopped by SIGTERM (the same command continues") {
      try execute(plan(in: folder), options: RunnerOptions(stopRequest: { stop.request }))
    }
    #expect(stop.isReached)
  }

  /// Runs to the end, and compares.
  ///
  /// - Returns: what was told of the checkpoint.
  @discardableResult
  private func finish(_ folder: String, options: RunnerOptions = RunnerOptions()) throws -> [RunnerEvent] {
    var events: [RunnerEvent] = []
    let plan = try plan(in: folder)
    let result = try execute(plan, options: options) { event in
      switch event {
      case .runResumed, .checkpointSetAside: events.append(event)
      default: break
      }
    }
    #expect(result.failures.isEmpty && result.started.count == 1)
    let contents = try hdf5Contents(of: paths(plan).run)
    #expect(try contents == Self.undisturbed.get())
    #expect(contents.count > 100, "weights, material and scores")
    #expect(!FileManager.default.fileExists(atPath: paths(plan).checkpoint))
    return events
  }

  @Test(
    "leaves a checkpoint and continues to the same bits: in an epoch, at its end, in an evaluation, between passes",
    arguments: [2, 13, 21, 22, 25, 30, 38, 44, 57, 70])
  func stopped(count: Int) throws {
    try withTemporaryFolder { folder in
      try stop(folder, at: count)
      let planned = try plan(in: folder).entries[0]
      #expect(planned.state == .missing && planned.hasCheckpoint)
      let events = try finish(folder)
      guard case .runResumed(_, let epochs, let step) = events.first else {
        Issue.record("\(events)")
        return
      }
      // One question is asked before the run, one after each step and one before each batch.
      let inEpoch = (count - 2) % 36
      #expect(epochs == (count - 2) / 36)
      #expect(step == (inEpoch < 20 ? inEpoch + 1 : 0))
    }
  }

  @Test(
    "continues to the same bits where the view of its results is another, or an evaluation is dropped",
    arguments: ["protocol.score=l1", "protocol.batch_norm=batch", "protocol.passes=[running]"])
  func otherView(override: String) throws {
    try withTemporaryFolder { folder in
      try stop(folder, at: 44)
      let experiment = try tinyExperiment("held_out=[1]", override)
      let continued = try RunnerTests.plan(experiment, in: folder)
      var finished: Int?
      try execute(continued) { event in
        if case .runResumed(_, let epochs, _) = event { finished = epochs }
        if case .checkpointSetAside(_, let problem) = event { Issue.record("\(problem)") }
      }
      #expect(finished == 1)
      let whole = try RunnerTests.plan(experiment, in: "\(folder)/whole")
      try execute(whole)
      #expect(
        try hdf5Contents(of: runPath(continued.runs[0], in: folder))
          == hdf5Contents(of: runPath(whole.runs[0], in: "\(folder)/whole")))
    }
  }

  @Test("and stopped again and again comes to the same end")
  func often() throws {
    try withTemporaryFolder { folder in
      // Twice in the first epoch, twice in the second, twice in its evaluation.
      for count in [5, 9, 30, 8, 12, 10] { try stop(folder, at: count) }
      try finish(folder)
    }
  }

  @Test("before it starts leaves nothing")
  func beforeStart() throws {
    try withTemporaryFolder { folder in
      try stop(folder, at: 1)
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/tiny/runs").isEmpty)
      #expect(try finish(folder).isEmpty)
    }
  }

  @Test("by a crash continues from the last checkpoint, which steps make as often as is asked for")
  func crash() throws {
    struct Crash: Error {}
    try withTemporaryFolder { folder in
      let plan = try plan(in: folder)
      var contents: Set<Data> = []
      let result = try execute(
        plan, options: RunnerOptions(checkpointInterval: .zero),
        listener: { event in
          guard case .step(let step, let epoch) = event, step.step > 1 else { return }
          contents.insert(try Data(contentsOf: URL(fileURLWithPath: paths(plan).checkpoint)))
          if epoch == 2, step.step == 5 { throw Crash() }
        })
      #expect(contents.count == 19 + 4, "each step left another one")
      #expect(result.failures.map(\.failure.kind) == [.error])
      let events = try finish(folder, options: RunnerOptions(retriesFailed: true))
      guard case .runResumed(_, 1, 4) = events.first else {
        Issue.record("\(events)")
        return
      }
    }
  }

  @Test("makes no checkpoint where a run is over sooner than one is worth")
  func pace() throws {
    try withTemporaryFolder { folder in
      let plan = try plan(in: folder)
      try execute(plan) { event in
        guard case .step = event else { return }
        #expect(!FileManager.default.fileExists(atPath: paths(plan).checkpoint))
      }
    }
  }

  @Test("says in its environment on what other machine it began, however often that was")
  func otherMachine() throws {
    try withTemporaryFolder { folder in
      try stop(folder, at: 13)
      let path = try paths(plan(in: folder)).checkpoint
      let identifier = try plan(in: folder).runs[0].identifier
      var checkpoint = try #require(
        try CheckpointFile.read(path, of: try tinyExperiment().runs[0], identifier: identifier))
      for index in checkpoint.provenance.facts.indices
      where checkpoint.provenance.facts[index].name == "openblas_core" {
        checkpoint.provenance.facts[index].value = "Elsewhere"
      }
      checkpoint.resumedFrom = ["arm64, OpenBLAS core NEOVERSEN1"]
      try CheckpointFile.write(checkpoint, to: path)
      // The note outlives a second stop, here.
      try stop(folder, at: 5)
      try finish(folder)
      let facts = try StoredRun(paths(plan(in: folder)).run).group.openGroup("environment").attributes
      #expect(
        try facts.readString("resumed_from")
          == "arm64, OpenBLAS core NEOVERSEN1; "
          + "target \(ComputeEnvironment.target), OpenBLAS core Elsewhere, fast kernels")
    }
  }

  @Test("says that it began with other algorithms")
  func otherKernels() throws {
    try withTemporaryFolder { folder in
      let stop = StopAt(13)
      #expect(throws: Problem.self) {
        try execute(
          plan(in: folder), kernels: .reference, options: RunnerOptions(stopRequest: { stop.request }))
      }
      try execute(plan(in: folder))
      let facts = try StoredRun(paths(plan(in: folder)).run).group.openGroup("environment").attributes
      #expect(try facts.readString("resumed_from").hasSuffix(", reference kernels"))
      #expect(try facts.readString("kernels") == "fast")
    }
  }

  @Test("says nothing of a machine where it was always the same")
  func sameMachine() throws {
    try withTemporaryFolder { folder in
      try stop(folder, at: 13)
      try finish(folder)
      let facts = try StoredRun(paths(plan(in: folder)).run).group.openGroup("environment").attributes
      #expect(try !facts.exists("resumed_from"))
    }
  }
}

@Suite("A checkpoint that cannot be used")
struct UnusableCheckpointTests {
  private enum Damage: CaseIterable {
    case garbage, cutShort, flippedBit, otherRun, otherNumerics, otherTensors, otherEvaluations, otherHistory
  }

  @Test("is set aside with a word, and the run begins anew", arguments: Damage.allCases)
  private func setAside(_ damage: Damage) throws {
    try withTemporaryFolder { folder in
      let plan = try plan(tinyExperiment("held_out=[1]"), in: folder)
      let identifier = plan.runs[0].identifier
      let paths = RunPaths(results: folder, experiment: "tiny", identifier: identifier)
      let stop = StopAt(70)
      #expect(throws: Problem.self) {
        try execute(plan, options: RunnerOptions(stopRequest: { stop.request }))
      }
      let words = try spoil(paths.checkpoint, damage, identifier)
      var problems: [Problem] = []
      let again = try RunnerTests.plan(tinyExperiment("held_out=[1]"), in: folder)
      let result = try execute(again) { event in
        if case .checkpointSetAside(_, let problem) = event { problems.append(problem) }
        if case .runResumed = event { Issue.record("it was continued") }
      }
      #expect(result.failures.isEmpty)
      #expect(problems.count == 1)
      let told = try #require(problems.first)
      #expect(told.place.hasPrefix(paths.checkpoint))
      #expect(told.cause.contains(words), "\(told)")
      #expect(told.hint == "the run restarts; the checkpoint is now \(paths.checkpoint).unusable")
      #expect(FileManager.default.fileExists(atPath: "\(paths.checkpoint).unusable"))
      #expect(!FileManager.default.fileExists(atPath: paths.checkpoint))
      #expect(try RunFile.record(at: paths.run, identifier: identifier).identifier == identifier)
    }
  }

  /// - Returns: what will be said of it.
  private func spoil(_ path: String, _ damage: Damage, _ identifier: String) throws -> String {
    let url = URL(fileURLWithPath: path)
    var bytes = try Data(contentsOf: url)
    var checkpoint = try #require(
      try CheckpointFile.read(path, of: try tinyExperiment().runs[0], identifier: identifier))
    var words = "it is damaged"
    switch damage {
    case .garbage: bytes = Data("hello".utf8)
    case .cutShort: bytes.removeLast(100)
    case .flippedBit: bytes[bytes.count / 2] ^= 4
    case .otherRun:
      checkpoint.identifier = "0000000000000000"
      words = "it belongs to run 0000000000000000"
    case .otherNumerics:
      for index in checkpoint.provenance.facts.indices
      where checkpoint.provenance.facts[index].name == "numerics_version" {
        checkpoint.provenance.facts[index].value = "0"
      }
      words = "it was made with numerics version 0"
    case .otherTensors:
      checkpoint.detector.tensors.removeFirst()
      words = "missing"
    case .otherEvaluations:
      checkpoint.history.scores[0].key.score = "l3"
      words = "its evaluations are not those of this run"
    case .otherHistory:
      checkpoint.history.trainingSeconds.append(1)
      words = "its histories do not fit together"
    }
    switch damage {
    case .garbage, .cutShort, .flippedBit: try bytes.write(to: url)
    default: try CheckpointFile.write(checkpoint, to: path)
    }
    return words
  }
}
