import Foundation
import TestSupport
import Testing

/// `make test-slurm` runs these beside a Slurm cluster of one node.
private let hasCluster = ProcessInfo.processInfo.environment["SLURM_CONF"] != nil

@Suite(
  "A Slurm array", .serialized,
  .enabled(if: hasCluster, "SKIPPED: there is no Slurm; make test-slurm starts one and runs these tests"))
struct SlurmTests {
  @Test("carries out all runs, but for a canceled task's; submitting again does just what is missing")
  func array() throws {
    try SharedFolder.with(runs: 12, epochs: 16) { folder in
      try submit(folder, tasks: 12, "--array-limit", "2", "--time", "10")
      try folder.wait(for: "two running tasks") { try folder.running().count == 2 }
      let status = try folder.workplace.run("status", "short.yaml")
      #expect(status.output.contains(", Slurm task "), "\(status.output)")

      let canceled = try youngestTask(folder)
      _ = try slurm("scancel", canceled)
      try folder.wait(for: "the end of the canceled task") { try !isRunning(canceled) }
      let requeued = try youngestTask(folder)
      _ = try slurm("scontrol", "requeue", requeued)
      try startSoon(requeued, folder)
      try waitForTheEnd(of: 11, folder)

      let texts = logs(folder)
      #expect(texts.filter { $0.contains("stopped by SIGTERM") }.count == 2, "\(texts)")
      #expect(texts.filter { $0.contains("continues after") }.count >= 1, "\(texts)")
      #expect(folder.names().filter { $0.hasSuffix(".claim") } == [])
      let before = folder.finished()

      try submit(folder, tasks: 1)
      try waitForTheEnd(of: 12, folder)
      let begun = begunSeeds(logs(folder).joined(separator: "\n"))
      #expect(Set(begun) == Set(0..<12))
      #expect(Set(before).isSubset(of: folder.finished()))
      #expect(begun.count <= 14, "twelve, and the two that were stopped again: \(begun)")
      #expect(folder.names().count == 12, "\(folder.names())")

      let nothing = try folder.workplace.run("submit", "short.yaml")
      #expect(nothing.status == 0)
      #expect(nothing.error == "No run is both missing and unclaimed: nothing to submit.\n")
      let collected = try folder.workplace.run("collect", "short.yaml")
      #expect(collected.status == 0, "\(collected.error)")

      let one = try folder.run("--jobs", "1", "--results", "one")
      let two = try folder.run("--jobs", "2", "--results", "two")
      #expect(one.output == collected.output)
      #expect(two.output == collected.output)
      let expected = try folder.contents()
      #expect(try folder.contents(results: "one") == expected)
      #expect(try folder.contents(results: "two") == expected)
    }
  }

  @Test("whose time is nearly up stops with a checkpoint and goes back into the queue to continue")
  func notice() throws {
    try SharedFolder.with(runs: 1, epochs: 60) { folder in
      try submit(folder, tasks: 1)
      let task = try youngestTask(folder)
      // What Slurm does when the time is nearly up.
      _ = try slurm("scancel", "--batch", "--signal=USR1", task)
      try startSoon(task, folder)
      try waitForTheEnd(of: 1, folder)
      let log = logs(folder).joined()
      #expect(log.contains("continues after"), "\(log)")
      #expect(try folder.run("--results", "undisturbed").status == 0)
      #expect(try folder.contents() == folder.contents(results: "undisturbed"))
    }
  }

  @Test("that Slurm refuses says why")
  func refusal() throws {
    try SharedFolder.with(runs: 1) { folder in
      let outcome = try folder.workplace.run("submit", "short.yaml", "--partition", "nowhere")
      #expect(outcome.status == 74, "\(outcome.error)")
      #expect(
        outcome.error.contains("ganomaly: results/short/submit.sh: Slurm refuses it: sbatch: error:"),
        "\(outcome.error)")
      #expect(outcome.error.contains("invalid partition"), "\(outcome.error)")
    }
  }

  // MARK: Helpers

  private func submit(_ folder: SharedFolder, tasks: Int, _ options: String...) throws {
    let outcome = try Program.run(["submit", "short.yaml"] + options, in: folder.workplace.folder)
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.output.hasPrefix("Submitted batch job "))
    #expect(outcome.error.hasPrefix("results/short/submit.sh: \(tasks) task"), "\(outcome.error)")
  }

  /// A task, such as `17_3`, that has just finished its first epoch: much of its run is left.
  private func youngestTask(_ folder: SharedFolder) throws -> String {
    var found: String?
    try folder.wait(for: "a task in its first epochs") {
      let tasks = try slurm("squeue", "--noheader", "--states=RUNNING", "--format=%i").split(separator: "\n")
      found = tasks.map(String.init).first { task in
        let log = logs(folder, of: task).joined()
        return log.contains("  epoch 1/") && !log.contains("  epoch 4/")
      }
      return found != nil
    }
    return try #require(found)
  }

  private func isRunning(_ task: String) throws -> Bool {
    try slurm("squeue", "--noheader", "--states=RUNNING,COMPLETING", "--format=%i").split(separator: "\n")
      .contains { $0 == task }
  }

  /// Starts a task that has gone back into the queue, where Slurm would let it wait for two minutes.
  ///
  /// Not in the second in which it went: a node takes what was allowed within that second for what it has just ended,
  /// and the task would fail at once.
  private func startSoon(_ task: String, _ folder: SharedFolder) throws {
    try folder.wait(for: "the task in the queue") {
      try slurm("squeue", "--noheader", "--jobs", task, "--format=%T").contains("PENDING")
    }
    _ = try slurm("scontrol", "update", "jobid=\(task)", "starttime=now+3")
  }

  /// Waits until so many runs are finished and Slurm has no task any more.
  ///
  /// The queue alone does not tell: of a task that goes back into it, Slurm says nothing for a moment.
  private func waitForTheEnd(of runs: Int, _ folder: SharedFolder) throws {
    do {
      try folder.wait(for: "the end of \(runs) runs", seconds: 120) { folder.finished().count >= runs }
      try folder.wait(for: "an empty queue") { try slurm("squeue", "--noheader").isEmpty }
    } catch {
      Issue.record("\(try slurm("scontrol", "show", "jobs"))\n\(logs(folder))\n\(folder.names())")
      throw error
    }
    #expect(folder.finished().count == runs, "\(folder.names())")
  }

  /// What tasks have written: all, or one.
  private func logs(_ folder: SharedFolder, of task: String = "") -> [String] {
    folder.workplace.files().filter { $0.hasPrefix("results/short/slurm/") && $0.hasSuffix("\(task).log") }
      .compactMap { try? String(contentsOfFile: folder.workplace.path($0), encoding: .utf8) }
  }

  private func slurm(_ words: String...) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    return text
  }
}
