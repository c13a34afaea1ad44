import Foundation
import TestSupport
import Testing

@Suite("Jobs", .serialized)
struct JobsTests {
  @Test("give the same data sets as one process, bit for bit, and the same table")
  func identical() throws {
    try SharedFolder.with(runs: 6) { folder in
      let one = try folder.run("--jobs", "1", "--results", "one")
      let two = try folder.run("--jobs", "2", "--results", "two")
      #expect(one.status == 0, "\(one.error)")
      #expect(two.status == 0, "\(two.error)")
      #expect(two.error.hasPrefix("2 jobs, each with 1 thread.\n"))
      #expect(begunSeeds(two.error).sorted() == Array(0..<6))
      #expect(one.output == two.output)
      let expected = try folder.contents(results: "one")
      #expect(expected.count == 6)
      #expect(try folder.contents(results: "two") == expected)
    }
  }

  @Test("that are killed are failures of the runs that they were at, and cost no other run")
  func killed() throws {
    try SharedFolder.with(runs: 4, epochs: 10) { folder in
      let program = try folder.start("--jobs", "2", "--checkpoint-minutes", "0.001")
      var victim: (run: String, process: Int32)?
      try folder.wait(for: "an epoch of a run") {
        victim = try folder.running().first
        return victim != nil && program.error.contains("epoch 1/10")
      }
      let killed = try #require(victim)
      kill(killed.process, SIGKILL)
      let outcome = try program.outcome()
      #expect(outcome.status == 1, "\(outcome.error)")
      #expect(folder.finished().count == 3)
      #expect(!folder.finished().contains(killed.run))
      #expect(folder.names().contains("\(killed.run).failed"))
      #expect(folder.names().filter { $0.hasSuffix(".claim") } == [])
      #expect(outcome.error.contains("the process was ended by SIGKILL"), "\(outcome.error)")
      #expect(outcome.error.contains("fewer jobs at once"))

      let again = try folder.run("--jobs", "2")
      #expect(again.status == 1)
      #expect(begunSeeds(again.error) == [], "it is not tried again by itself")
      let retried = try folder.run("--jobs", "2", "--retry-failed")
      #expect(retried.status == 0, "\(retried.error)")
      #expect(begunSeeds(retried.error).count == 1)
      #expect(retried.error.contains("continues after"), "\(retried.error)")
      #expect(try folder.run("--results", "undisturbed").status == 0)
      #expect(try folder.contents() == folder.contents(results: "undisturbed"))
    }
  }

  @Test(
    "stop with checkpoints when the process that started them is told to",
    arguments: [(SIGTERM, 143), (SIGINT, 130), (SIGHUP, 129)] as [(Int32, Int32)])
  func stopped(signal: Int32, status: Int32) throws {
    try SharedFolder.with(runs: 3, epochs: 15) { folder in
      let program = try folder.start("--jobs", "2")
      try folder.wait(for: "an epoch of a run") { program.error.contains("epoch 1/15") }
      let processes = try folder.running().map(\.process)
      program.send(signal)
      let outcome = try program.outcome()
      #expect(outcome.status == status, "\(outcome.error)")
      for process in processes { #expect(kill(process, 0) != 0, "job \(process) is still there") }
      #expect(folder.names().filter { $0.hasSuffix(".claim") } == [])
      #expect(folder.names().contains { $0.hasSuffix(".checkpoint.h5") }, "\(folder.names())")
      let continued = try folder.run("--jobs", "2")
      #expect(continued.status == 0, "\(continued.error)")
      #expect(continued.error.contains("continues after"))
      #expect(try folder.run("--results", "undisturbed").status == 0)
      #expect(try folder.contents() == folder.contents(results: "undisturbed"))
    }
  }

  @Test("stop when the process that started them is killed")
  func orphaned() throws {
    try SharedFolder.with(runs: 2, epochs: 400) { folder in
      let program = try folder.start("--jobs", "2")
      // Before its first step, a run has nothing that a checkpoint could keep.
      try folder.wait(for: "an epoch of both runs") {
        program.error.split(separator: "\n").count { $0.contains("epoch 1/400") } == 2
      }
      let processes = try folder.running().map(\.process)
      program.send(SIGKILL)
      #expect(try program.outcome().wasSignalled)
      try folder.wait(for: "the jobs' end") { processes.allSatisfy { kill($0, 0) != 0 } }
      #expect(folder.names().filter { $0.hasSuffix(".claim") } == [])
      #expect(folder.names().filter { $0.hasSuffix(".checkpoint.h5") }.count == 2)
    }
  }

  @Test("end with the problem that one of them meets")
  func problem() throws {
    try SharedFolder.with(runs: 4) { folder in
      // The shell's limit in blocks of 512 bytes is what a full disk is to the program.
      let outcome = try Program.run(
        shell: "ulimit -f 100; exec \"$GANOMALY\" run short.yaml --jobs 2", in: folder.workplace.folder)
      #expect(outcome.status == 74, "\(outcome.error)")
      let messages = outcome.errorLines.filter { $0.hasPrefix("ganomaly: ") }
      #expect(messages.count == 1, "\(outcome.error)")
      #expect(messages[0].contains("cannot save: File too large (make room there"), "\(outcome.error)")
      #expect(folder.workplace.leftovers() == [])
      #expect(folder.names().filter { $0.hasSuffix(".claim") } == [])
    }
  }
}
