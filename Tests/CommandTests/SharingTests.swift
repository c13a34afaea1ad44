import Foundation
import TestSupport
import Testing

/// Few, unless `GANOMALY_SHARED_RUNS` asks for as many as an acceptance test wants.
private let runCount = ProcessInfo.processInfo.environment["GANOMALY_SHARED_RUNS"].flatMap(Int.init) ?? 10

@Suite("Processes that run the same experiment", .serialized)
struct SharingTests {
  @Test("train each run exactly once, and all print the whole table", arguments: [2, 4])
  func once(processes: Int) throws {
    try SharedFolder.with(runs: runCount) { folder in
      let programs = try (0..<processes).map { _ in try folder.start() }
      let outcomes = try programs.map { try $0.outcome() }
      for outcome in outcomes { #expect(outcome.status == 0, "\(outcome.error)") }
      let begun = outcomes.map { begunSeeds($0.error) }
      #expect(begun.joined().sorted() == Array(0..<runCount), "\(begun)")
      #expect(begun.filter { !$0.isEmpty }.count > 1, "only one of them has worked: \(begun)")
      #expect(Set(outcomes.map(\.output)).count == 1)
      #expect(folder.finished().count == runCount)
      #expect(folder.names().count == runCount, "\(folder.names())")
      if runCount > 10 { print("\(processes) processes: \(begun.map(\.count)) runs") }
    }
  }

  @Test("take over the run of one that is killed", arguments: [2, 4])
  func takeover(processes: Int) throws {
    try SharedFolder.with(runs: runCount, epochs: 3) { folder in
      let programs = try (0..<processes).map { _ in try folder.start("--checkpoint-minutes", "1e-9") }
      let victim = programs[0]
      try folder.wait(for: "an epoch of a run") { isWithinRun(victim.error) }
      victim.send(SIGKILL)
      let lost = try victim.outcome()
      #expect(lost.wasSignalled)
      let others = try programs.dropFirst().map { try $0.outcome() }
      for outcome in others { #expect(outcome.status == 0, "\(outcome.error)") }
      let begun = begunSeeds(lost.error)
      let begunByOthers = others.flatMap { begunSeeds($0.error) }
      let unfinished = Set(0..<runCount).subtracting(finishedSeeds(lost.error))
      #expect(begunByOthers.sorted() == unfinished.sorted(), "each run that it has not finished, once")
      let taken = Set(begun).intersection(begunByOthers)
      #expect(taken.count == 1, "\(begun) and \(begunByOthers)")
      #expect(folder.finished().count == runCount)
      #expect(folder.names().count == runCount, "\(folder.names())")
      if runCount > 10 { print("\(processes) processes, one killed: run \(taken) taken over") }
    }
  }

  @Test("leave a run to the one that is at it, when they are not to wait")
  func noWait() throws {
    try SharedFolder.with(runs: 2, epochs: 200) { folder in
      let owner = try folder.start("--set", "seeds=[0]")
      try folder.wait(for: "the claim") { try !folder.running().isEmpty }
      let other = try folder.run("--no-wait", "--set", "detector.epochs=200", "--set", "seeds=[0]")
      #expect(other.status == 0, "\(other.error)")
      #expect(begunSeeds(other.error) == [])
      #expect(owner.isRunning)
      let status = try folder.workplace.run("status", "short.yaml")
      #expect(status.output.hasSuffix("0 done, 1 running, 1 missing, 0 failed\n"))
      owner.send(SIGTERM)
      #expect(try owner.outcome().status == 143)
      #expect(folder.names().filter { $0.hasSuffix(".claim") } == [], "an orderly stop leaves no claim")
      let stopped = try folder.workplace.run("status", "short.yaml")
      #expect(stopped.output.contains("stopped, continues from its checkpoint"))
      #expect(stopped.output.hasSuffix("0 done, 0 running, 2 missing, 0 failed\n"))
    }
  }

  @Test("say what they wait for")
  func waiting() throws {
    try SharedFolder.with(runs: 1, epochs: 30) { folder in
      let owner = try folder.start()
      try folder.wait(for: "the claim") { try !folder.running().isEmpty }
      let other = try folder.run()
      #expect(other.status == 0, "\(other.error)")
      #expect(
        other.error.hasPrefix("Waiting for a run that another process has claimed.\n"), "\(other.error)")
      let first = try owner.outcome()
      #expect(first.output == other.output)
    }
  }

  @Test("begin at their part, and end after so many runs")
  func parts() throws {
    try SharedFolder.with(runs: 4) { folder in
      let second = try folder.run("--part", "2/2", "--at-most", "1")
      #expect(second.status == 0, "\(second.error)")
      #expect(begunSeeds(second.error) == [2])
      #expect(second.output.isEmpty, "the summary is the last one's")
      #expect(!folder.workplace.files().contains("results/short.h5"))
      let first = try folder.run("--part", "1/2", "--at-most", "2")
      #expect(begunSeeds(first.error) == [0, 1])
      let rest = try folder.run("--part", "1/2", "--at-most", "2")
      #expect(begunSeeds(rest.error) == [3])
      #expect(rest.output.contains("mean"), "\(rest.output)")
    }
  }

  /// Whether a program is in the middle of a run, as its standard error tells.
  private func isWithinRun(_ error: String) -> Bool {
    error.split(separator: "\n").last?.hasPrefix("  epoch 1/") ?? false
  }

  private func finishedSeeds(_ error: String) -> Set<Int> {
    Set(
      error.split(separator: "\n").filter { $0.contains(": AUROC ") }.compactMap { line in
        line.range(of: ", seed ").flatMap { Int(line[$0.upperBound...].prefix { $0.isNumber }) }
      })
  }
}
