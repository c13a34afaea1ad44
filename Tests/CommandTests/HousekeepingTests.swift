import Foundation
import TestSupport
import Testing

@Suite("Housekeeping")
struct HousekeepingTests {
  @Test("lists what nobody needs, removes it with --yes alone, and leaves the summary as it is")
  func clean() throws {
    try withWorkplace { workplace in
      let finished = try workplace.layOutResults()
      let (kept, stale) = (try keptRun(workplace, of: finished), "results/parts/runs")
      let dropped = try #require(finished.identifiers.first { $0 != kept })
      try workplace.write("x", to: "\(stale)/\(kept).checkpoint.h5")
      try workplace.write("x", to: "\(stale)/\(kept).h5.tmp-4194305")
      try workplace.write("x", to: "results/parts.h5.tmp-4194305")
      try workplace.write("x", to: "\(stale)/\(kept).failed")
      try workplace.write("mine", to: "\(stale)/notes.txt")
      let before = workplace.files()

      let arguments = ["clean", "parts.yaml", "--set", "seeds=[0]"]
      let listed = try Program.run(arguments, in: workplace.folder)
      #expect(listed.status == 0, "\(listed.error)")
      #expect(workplace.files() == before)
      let lines = listed.output.split(separator: "\n")
      #expect(lines.count == 6, "\(listed.output)")
      #expect(lines.contains { $0.hasPrefix("\(stale)/\(dropped).h5  ") && $0.contains("in the summary)") })
      #expect(
        lines.last?.hasPrefix("5 files, ") == true && lines.last?.hasSuffix("; --yes removes them") == true)

      let removed = try Program.run(arguments + ["--yes"], in: workplace.folder)
      #expect(removed.status == 0, "\(removed.error)")
      #expect(removed.output.contains("5 files removed, "))
      let gone = Set(before).subtracting(workplace.files())
      #expect(
        gone == [
          "\(stale)/\(dropped).h5", "\(stale)/\(kept).checkpoint.h5", "\(stale)/\(kept).h5.tmp-4194305",
          "results/parts.h5.tmp-4194305", "\(stale)/\(kept).failed",
        ])
      let summary = try Data(contentsOf: URL(fileURLWithPath: workplace.path("results/parts.h5")))
      #expect(Array(summary) == finished.summary)
      let again = try Program.run(arguments, in: workplace.folder)
      #expect(again.output == "Nothing to remove.\n")

      // What stands in the summary is still done, and collecting drops nothing.
      #expect(try workplace.run("plan", "parts.yaml").output.hasSuffix("2 done, 0 missing\n"))
      #expect(try workplace.run("run", "parts.yaml").error.hasPrefix("2 of 2 runs are done already."))
    }
  }

  @Test("without a spec keeps every finished run")
  func all() throws {
    try withWorkplace { workplace in
      let finished = try workplace.layOutResults()
      let run = finished.identifiers[0]
      try workplace.write("x", to: "results/parts/runs/\(run).h5.tmp-4194305")
      let removed = try workplace.run("clean", "--all", "--yes")
      #expect(removed.status == 0, "\(removed.error)")
      #expect(removed.output.contains("\(run).h5.tmp-4194305  "))
      #expect(removed.output.contains("1 file removed, "))
      for identifier in finished.identifiers {
        #expect(workplace.files().contains(Workplace.runFile(identifier)))
      }
    }
  }

  @Test("removes temporary files of processes that have ended, and of other machines only what is a day old")
  func temporaryFiles() throws {
    try withWorkplace { workplace in
      let run = try workplace.layOutResults().identifiers[0]
      let elsewhere = "results/parts/runs/\(run).h5.tmp-node-7.0123abcd-1-3w5e11264sgsf"
      try workplace.write("x", to: elsewhere)
      #expect(try workplace.run("clean", "--all", "--yes").output == "Nothing to remove.\n")
      let yesterday = Date.now.addingTimeInterval(-90_000)
      try FileManager.default.setAttributes(
        [.modificationDate: yesterday], ofItemAtPath: workplace.path(elsewhere))
      let removed = try workplace.run("clean", "--all", "--yes")
      #expect(removed.output.contains("nothing has been written to it for a day"), "\(removed.output)")
      #expect(!workplace.files().contains(elsewhere))
    }
  }

  @Test("leaves alone what a process is at")
  func running() throws {
    try SharedFolder.with(runs: 1, epochs: 400) { folder in
      let program = try folder.start("--checkpoint-minutes", "1e-9")
      try folder.wait(for: "a checkpoint") { folder.names().contains { $0.hasSuffix(".checkpoint.h5") } }
      // The spec asks for another number of epochs: the run is not asked for, and yet in progress.
      let other = try folder.workplace.run("clean", "short.yaml", "--set", "detector.epochs=1")
      #expect(other.output == "Nothing to remove.\n")
      program.send(SIGKILL)
      _ = try program.outcome()
      let removed = try folder.workplace.run("clean", "short.yaml", "--set", "detector.epochs=1", "--yes")
      #expect(removed.output.contains(".claim  "), "\(removed.output)")
      #expect(removed.output.contains(".checkpoint.h5  "), "\(removed.output)")
      #expect(folder.names() == [])
    }
  }

  @Test("wants either an experiment or all", arguments: ["clean", "clean short.yaml --all"])
  func usage(command: String) throws {
    try SharedFolder.with(runs: 1) { folder in
      let outcome = try Program.run(
        command.split(separator: " ").map(String.init), in: folder.workplace.folder)
      #expect(outcome.status == 64)
      #expect(outcome.error.contains("give either an experiment or --all"))
    }
  }

  @Test("knows what large batches cost from smaller ones, within the time that it has")
  func largeEstimate() throws {
    try SharedFolder.with(runs: 1, epochs: 20) { folder in
      // Twice the ten seconds, of the processor's time; one step of this batch takes longer.
      let plan = try Program.run(
        shell: """
          ulimit -t 20; exec "$GANOMALY" plan short.yaml --estimate --threads 1 --set dataset.side=128 \
            --set detector.width=48 --set detector.batch_size=1024
          """, in: folder.workplace.folder)
      #expect(plan.status == 0, "\(plan.error)")
      #expect(plan.output.contains(", 1 job of 1 thread: about "), "\(plan.output)")
    }
  }

  @Test("knows beforehand what the runs cost")
  func estimate() throws {
    try SharedFolder.with(runs: 2, epochs: 20) { folder in
      let plan = try Program.run(
        shell: "ulimit -t 20; exec \"$GANOMALY\" plan short.yaml --estimate --jobs 2",
        in: folder.workplace.folder)
      #expect(plan.status == 0, "\(plan.error)")
      #expect(plan.output.contains("2 runs on this machine, 2 jobs of 1 thread: about "), "\(plan.output)")
      #expect(plan.output.contains("disk: "))
      #expect(folder.names() == [])
      #expect(try folder.run().status == 0)
      #expect(
        try folder.workplace.run("plan", "short.yaml", "--estimate").output.hasSuffix("nothing to run\n"))
    }
  }

  /// The id of the run of seed 0.
  private func keptRun(_ workplace: Workplace, of finished: FinishedExperiment) throws -> String {
    let plan = try workplace.run("plan", "parts.yaml", "--set", "seeds=[0]")
    let line = try #require(plan.output.split(separator: "\n").first { $0.hasPrefix("  ") })
    return try #require(finished.identifiers.first { line.contains($0) })
  }
}
