import Foundation
import TestSupport
import Testing

@Suite("A sweep among jobs", .serialized)
struct SweepJobsTests {
  /// Twenty configurations; two of them come to a bad end by themselves, at once. The others hardly learn, so that
  /// their discriminator stays above the threshold.
  private static let failing = """
    dataset: {name: digits, side: 32}
    held_out: [1]
    detector: {latent_size: 4, width: 4, epochs: 12, batch_size: 64, redraw_threshold: 0.2, redraw_limit: 1}
    seeds: [0]
    sweep:
      grid:
        detector.learning_rate: [1e30, 0.01, \((1...18).map { "\($0)e-9" }.joined(separator: ", "))]

    """

  /// Kills a job in the middle of a run, and waits until that is known.
  ///
  /// - Returns: the id of the run.
  private func kill(aJobOf folder: SharedFolder, with signal: Int32) throws -> String {
    var killed = ""
    try folder.wait(for: "a job in the middle of a run") {
      guard let job = try folder.running().first else { return false }
      // It does not end the run meanwhile.
      Glibc.kill(job.process, SIGSTOP)
      defer { Glibc.kill(job.process, SIGCONT) }
      guard let run = try folder.running().first(where: { $0.process == job.process })?.run,
        !folder.finished().contains(run), try secondsSinceClaim(of: run, in: folder) > 0.2
      else { return false }
      Glibc.kill(job.process, signal)
      killed = run
      return true
    }
    try folder.wait(for: "the failure") { folder.names().contains("\(killed).failed") }
    return killed
  }

  /// So long a job has been at a run.
  private func secondsSinceClaim(of run: String, in folder: SharedFolder) throws -> Double {
    let path = folder.workplace.path("results/short/runs/\(run).claim")
    let claimed = try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
    return try Date.now.timeIntervalSince(#require(claimed))
  }

  @Test(
    "leaves sixteen results of twenty where four fail in different ways; --retry-failed touches only those")
  func fourOfTwenty() throws {
    try SharedFolder.with(runs: 20, spec: Self.failing) { folder in
      let program = try folder.start("--jobs", "2")
      try folder.wait(for: "two failures") { folder.names().filter { $0.hasSuffix(".failed") }.count == 2 }
      let killed = [
        try kill(aJobOf: folder, with: SIGKILL), try kill(aJobOf: folder, with: SIGXCPU),
      ]
      let outcome = try program.outcome(timeLimit: 120)
      #expect(outcome.status == 1, "\(outcome.error)")
      #expect(folder.finished().count == 16)
      let failed = folder.names().filter { $0.hasSuffix(".failed") }
      #expect(failed.count == 4)
      let causes = [
        "training diverged: the ", "the discriminator collapsed: ", "the process was ended by SIGKILL",
        "the process was ended by SIGXCPU",
      ]
      for cause in causes {
        #expect(
          outcome.error.split(separator: "\n").count { $0.hasPrefix("failed: ") && $0.contains(cause) } == 1)
        #expect(outcome.output.contains(cause), "the table tells too")
      }
      #expect(outcome.output.contains("4 of 20 values are missing because the run failed (×)"))
      let plan = try folder.workplace.run("plan", "short.yaml")
      #expect(plan.output.hasSuffix("16 done, 0 missing, 4 failed\n"))
      for cause in causes { #expect(plan.output.contains("  failed: \(cause)")) }

      let again = try folder.run()
      #expect(again.status == 1 && again.output == outcome.output)
      #expect(!again.error.contains("training images"), "nothing is trained")

      func contents() throws -> [String: Data] {
        try Dictionary(
          uniqueKeysWithValues: folder.finished().map { name in
            (
              name,
              try Data(
                contentsOf: URL(fileURLWithPath: folder.workplace.path("results/short/runs/\(name).h5")))
            )
          })
      }
      let before = try contents()
      let retried = try folder.run("--retry-failed")
      #expect(retried.status == 1, "two fail as before")
      #expect(retried.error.contains("[4/4] "))
      #expect(retried.error.split(separator: "\n").count { $0.contains(" training images, ") } == 4)
      let after = try contents()
      #expect(Set(after.keys) == Set(before.keys).union(killed))
      #expect(after.filter { before[$0.key] != nil } == before)
      #expect(
        try folder.workplace.run("plan", "short.yaml").output.hasSuffix("18 done, 0 missing, 2 failed\n"))
    }
  }

  @Test("is halved rung after rung, with the same results as in one process")
  func halved() throws {
    let spec = """
      dataset: {name: digits, side: 32}
      held_out: [1]
      detector: {latent_size: 4, width: 4, epochs: 4, batch_size: 64}
      seeds: [0, 1]
      sweep:
        grid: {detector.latent_size: [2, 3, 4, 6]}
        halving: {first: 1, factor: 2}
        choose_by: test-auroc

      """
    try SharedFolder.with(runs: 14, spec: spec) { folder in
      let one = try folder.run("--results", "one")
      #expect(one.status == 0, "\(one.error)")
      let two = try folder.run("--jobs", "2")
      #expect(two.status == 0, "\(two.error)")
      #expect(two.output == one.output)
      // Each rung is announced, and each of its runs is told of.
      #expect(two.error.split(separator: "\n").count { $0 == "2 jobs, each with 1 thread." } == 3)
      #expect(two.error.split(separator: "\n").count { $0.contains(" training images, ") } == 14)
      #expect(two.error.contains("[2/2] ganomaly, latent_size="))
      #expect(folder.finished().count == 14)
      #expect(try folder.contents() == folder.contents(results: "one"))

      // A task of a cluster ends with the number of runs that it was given, whatever it has decided.
      let first = try folder.run("--results", "tasks", "--at-most", "8")
      #expect(first.status == 0, "\(first.error)")
      #expect(try folder.contents(results: "tasks").count == 8)
      let plan = try folder.workplace.run("plan", "short.yaml", "--results", "tasks")
      #expect(plan.output.contains("  then the best 1 configuration goes to 4 epochs\n"), "\(plan.output)")
      #expect(plan.output.hasSuffix("8 done, 4 missing\n"))
    }
  }
}
