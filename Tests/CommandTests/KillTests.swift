import Foundation
import TestSupport
import Testing

/// How often a training is ended by each means: few times, unless `GANOMALY_KILLS` asks for so many in all. Half of
/// these are SIGKILLs; the six signals that ask it to end and SIGKILL of its jobs' parent share the rest.
private let killCounts: (killed: Int, each: Int) = {
  guard let total = ProcessInfo.processInfo.environment["GANOMALY_KILLS"].flatMap({ Int($0) }) else {
    return (8, 2)
  }
  let each = max(1, (total / 2 + 6) / 7)
  return (max(1, total - 7 * each), each)
}()

@Suite("A training that is ended by a signal", .serialized)
struct KillTests {
  private static let training = SmallTraining(heldOut: "[1]", width: 8, epochs: 2)
  private static let undisturbed = Result { try training.undisturbed() }

  /// When a trial's signal comes.
  private enum Moment {
    /// So many seconds after the start.
    case after(Double)
    /// When, after that, a file is being written whose temporary name holds these words.
    case whileWriting(String, after: Double)
  }

  @Test("SIGKILL, at any moment and in the middle of writing a file, is followed by the same bits")
  func kills() throws {
    let (expected, seconds) = try Self.undisturbed.get()
    var random = SplitMix(seed: 20_261_124)
    var (done, midWrites, trials) = (0, 0, 0)
    while done < killCounts.killed {
      trials += 1
      let moment = self.moment(trials, within: seconds, &random)
      try withWorkplace { workplace in
        try workplace.write(Self.training.spec, to: "small.yaml")
        let program = try Program.start(Self.training.arguments, in: workplace.folder)
        wait(for: moment, program, workplace)
        program.send(SIGKILL)
        let outcome = try program.outcome()
        // It was over before its moment came: no kill, another trial.
        guard outcome.wasSignalled else { return }
        #expect(outcome.status == SIGKILL)
        done += 1
        if !workplace.leftovers().isEmpty { midWrites += 1 }
        #expect(try Self.training.finish(workplace) == expected, "killed \(moment)")
      }
      try #require(trials < 4 * killCounts.killed + 20, "the training ends before it can be killed")
    }
    #expect(midWrites > 0, "no kill came in the middle of writing")
    print("\(done) killed, \(midWrites) of them while a file was being written")
  }

  private func moment(_ trial: Int, within seconds: Double, _ random: inout SplitMix) -> Moment {
    let delay = random.nextUniform() * seconds
    return switch trial % 5 {
    case 1, 3: .after(delay)
    case 2: .whileWriting(".checkpoint.h5.tmp-", after: delay)
    case 4: .whileWriting("results/small.h5.tmp-", after: 0)
    default: .whileWriting("/runs/", after: seconds * 0.7)
    }
  }

  private func wait(for moment: Moment, _ program: RunningProgram, _ workplace: Workplace) {
    switch moment {
    case .after(let seconds): Thread.sleep(forTimeInterval: seconds)
    case .whileWriting(let words, let seconds):
      Thread.sleep(forTimeInterval: seconds)
      while program.isRunning, !workplace.leftovers().contains(where: { isMeant($0, words) }) {}
    }
  }

  /// A temporary file of the words; below `/runs/` that of a finished run, not of a checkpoint.
  private func isMeant(_ name: String, _ words: String) -> Bool {
    words == "/runs/" ? name.contains(words) && !name.contains(".checkpoint.") : name.contains(words)
  }

  @Test(
    "every signal that asks it to end does so soon, with a checkpoint and a status of its own",
    arguments: [
      (SIGTERM, Int32(143), "SIGTERM"), (SIGINT, 130, "SIGINT"), (SIGHUP, 129, "SIGHUP"),
      (SIGUSR1, 138, "SIGUSR1"), (SIGUSR2, 140, "SIGUSR2"), (SIGXCPU, 152, "SIGXCPU"),
    ])
  func stops(signal: Int32, status: Int32, name: String) throws {
    let (expected, seconds) = try Self.undisturbed.get()
    var random = SplitMix(seed: UInt64(signal))
    var (done, trials) = (0, 0)
    while done < killCounts.each {
      trials += 1
      try withWorkplace { workplace in
        try workplace.write(Self.training.spec, to: "small.yaml")
        let program = try Program.start(Self.training.arguments, in: workplace.folder)
        while program.isRunning, !program.error.contains("[1/1]") { Thread.sleep(forTimeInterval: 0.001) }
        Thread.sleep(forTimeInterval: random.nextUniform() * seconds * 0.9)
        program.send(signal)
        let begin = ContinuousClock.now
        let outcome = try program.outcome()
        // Asked when there was nothing left to stop.
        if outcome.status == 0 { return }
        done += 1
        #expect(ContinuousClock.now - begin < .seconds(30))
        #expect(!outcome.wasSignalled)
        #expect(outcome.status == status, "\(outcome.error)")
        #expect(
          outcome.errorLines.last
            == "ganomaly: stopped by \(name) (the same command continues where this one stopped)")
        #expect(workplace.leftovers().isEmpty)
        #expect(workplace.files().contains { $0.hasSuffix(".checkpoint.h5") })
        let plan = try workplace.run("plan", "small.yaml")
        #expect(plan.output.contains("missing, continues from its checkpoint"))
        #expect(try Self.training.finish(workplace) == expected)
      }
      try #require(trials < 4 * killCounts.each + 10, "the training ends before it can be stopped")
    }
  }

  @Test("SIGKILL of the process that started its jobs, at any moment, is followed by the same bits")
  func parentIsKilled() throws {
    let training = SmallTraining(heldOut: "[0, 1]", width: 8, epochs: 2, ["--jobs", "2"])
    let (expected, seconds) = try training.undisturbed()
    var random = SplitMix(seed: 20_261_127)
    var (done, trials) = (0, 0)
    while done < killCounts.each {
      trials += 1
      try withWorkplace { workplace in
        try workplace.write(training.spec, to: "small.yaml")
        let program = try Program.start(training.arguments, in: workplace.folder)
        Thread.sleep(forTimeInterval: random.nextUniform() * seconds * 0.9)
        program.send(SIGKILL)
        guard try program.outcome().wasSignalled else { return }
        done += 1
        // The jobs may still be there: what they hold is waited for, and what they leave is taken over.
        #expect(try training.finish(workplace) == expected)
        #expect(workplace.leftovers().isEmpty)
        #expect(!workplace.files().contains { $0.hasSuffix(".claim") || $0.hasSuffix(".failed") })
      }
      try #require(trials < 4 * killCounts.each + 10, "the training ends before it can be killed")
    }
  }

  @Test("SIGHUP does not end it under nohup, and a reader of its progress that is gone does not either")
  func ignored() throws {
    let (expected, _) = try Self.undisturbed.get()
    try withWorkplace { workplace in
      try workplace.write(Self.training.spec, to: "small.yaml")
      let hungUp = try Program.run(
        shell: "trap '' HUP; \(Self.training.command) & sleep 0.3; kill -HUP $!; wait $!",
        in: workplace.folder)
      #expect(hungUp.status == 0, "\(hungUp.error)")
      #expect(try SmallTraining.Result(workplace, output: hungUp.output) == expected)
    }
    try withWorkplace { workplace in
      try workplace.write(Self.training.spec, to: "small.yaml")
      // `true` reads nothing and ends at once.
      let piped = try Program.run(
        shell: "{ \(Self.training.command) 2>&1 >table; echo $? >status; } | true", in: workplace.folder)
      #expect(piped.status == 0)
      for _ in 0..<600 where !workplace.files().contains("status") { usleep(100_000) }
      #expect(try String(contentsOfFile: workplace.path("status"), encoding: .utf8) == "0\n")
      let table = try String(contentsOfFile: workplace.path("table"), encoding: .utf8)
      #expect(try SmallTraining.Result(workplace, output: table) == expected)
    }
  }

  @Test("a second SIGINT ends it at once, in the middle of a step")
  func secondInterruption() throws {
    // A step takes a second or more.
    let training = SmallTraining(
      heldOut: "[1]", width: 64, epochs: 9, ["--set", "detector.batch_size=1024"])
    try withWorkplace { workplace in
      try workplace.write(training.spec, to: "small.yaml")
      let program = try Program.start(training.arguments, in: workplace.folder)
      while program.isRunning, !program.error.contains("[1/1]") { Thread.sleep(forTimeInterval: 0.001) }
      program.send(SIGINT)
      Thread.sleep(forTimeInterval: 0.1)
      #expect(program.isRunning, "the first waits for the end of the step")
      program.send(SIGINT)
      let outcome = try program.outcome()
      #expect(outcome.status == 130)
      #expect(!outcome.error.contains("stopped by"), "\(outcome.error)")
      #expect(!workplace.files().contains { $0.hasSuffix(".checkpoint.h5") })
    }
  }
}

/// SplitMix64: the same moments in every run of the tests.
private struct SplitMix {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func nextUniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((word ^ (word >> 31)) >> 11) / Double(1 << 53)
  }
}
