import Foundation
import Testing

@Suite("Runs")
struct RunTests {
  @Test("are not made twice, and give their table alone on standard output")
  func twice() throws {
    try withWorkplace { workplace in
      try workplace.layOutImages()
      let first = try workplace.run("run", "parts.yaml", "--threads", "1")
      #expect(first.status == 0, "\(first.error)")
      #expect(first.error.contains("[1/2] ganomaly, all held out, seed 0: 8 training images, 6 test images"))
      #expect(first.error.contains("epoch 1/1"))
      #expect(first.error.hasSuffix("Results: results/parts.h5\n"))
      let files = workplace.files()
      #expect(files.filter { $0.hasPrefix("results/parts/runs/") }.count == 2)
      #expect(workplace.leftovers() == [])

      let table = try workplace.run("table", "parts.yaml")
      #expect(table.status == 0)
      #expect(table.error.isEmpty)
      #expect(table.output == first.output)

      let second = try workplace.run("run", "parts.yaml", "--threads", "1")
      #expect(second.status == 0)
      #expect(second.output == first.output)
      #expect(second.error == "2 of 2 runs are done already.\nResults: results/parts.h5\n")
      #expect(workplace.files() == files)

      let plan = try workplace.run("run", "parts.yaml", "--dry-run")
      #expect(plan.output.hasSuffix("2 done, 0 missing\n"))
    }
  }

  @Test("give a table in every form", arguments: ["text", "markdown", "csv", "json", "latex"])
  func formats(format: String) throws {
    try withWorkplace { workplace in
      try workplace.layOutResults()
      let table = try workplace.run(
        "table", "results/parts.h5", "--format", format, "--measure", "average_precision")
      #expect(table.status == 0)
      #expect(table.error.isEmpty)
      #expect(table.output.contains("scratch"))
      // One line break at the end; RFC 4180 wants it to be two characters in CSV.
      #expect(Array(table.output.utf8.suffix(2)).filter { $0 == UInt8(ascii: "\n") }.count == 1)
      if format == "json" {
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(table.output.utf8)) }
      }
    }
  }

  @Test(
    "that diverge give status 1, a cause in plan and table, and are tried again only when that is asked for")
  func diverging() throws {
    try withWorkplace { workplace in
      try workplace.layOutImages()
      let bad = ["--set", "detector.learning_rate=1e30", "--set", "detector.epochs=4"]
      func program(_ arguments: String...) throws -> Program.Outcome {
        try Program.run(arguments + bad, in: workplace.folder)
      }
      let outcome = try program("run", "parts.yaml", "--threads", "1")
      #expect(outcome.status == 1, "\(outcome.error)")
      #expect(!outcome.wasSignalled)
      #expect(outcome.error.contains("failed: ganomaly, all held out, seed 1: training diverged"))
      #expect(outcome.error.contains("a smaller learning rate may help"))
      #expect(outcome.error.hasSuffix("--retry-failed retries them.\n"))
      #expect(
        workplace.files().filter { $0.hasPrefix("results/parts/runs/") && !$0.hasSuffix(".failed") } == [])
      #expect(workplace.leftovers() == [])
      #expect(outcome.output.contains("values are missing because the run failed (×)"))
      #expect(
        outcome.output.contains("× all held out, seed 0; all held out, seed 1: training diverged: the "))
      #expect(outcome.output.contains("; last good epoch: "))

      let plan = try program("plan", "parts.yaml")
      #expect(plan.status == 0)
      #expect(plan.output.contains("seed 1  failed: training diverged: the "))
      #expect(plan.output.hasSuffix("0 done, 0 missing, 2 failed\n"))
      for command in [["table", "--evaluations"], ["audit"]] {
        let none = try Program.run(command + ["results/parts.h5"], in: workplace.folder)
        #expect(none.status == 66 && none.error.contains("no run has been evaluated"), "\(none.error)")
      }
      let again = try program("run", "parts.yaml", "--threads", "1")
      #expect(again.status == 1)
      #expect(!again.error.contains("training images"), "nothing is trained")
      #expect(again.output == outcome.output)
      let retried = try program("run", "parts.yaml", "--threads", "1", "--retry-failed")
      #expect(retried.status == 1)
      #expect(retried.error.contains("[2/2] ganomaly, all held out, seed 1: 8 training images"))
      let dry = try program("run", "parts.yaml", "--dry-run", "--retry-failed")
      #expect(dry.output.contains("seed 1  failed, will be tried again: training diverged: the "))

      // The spec's own runs are others.
      let good = try workplace.run("run", "parts.yaml", "--threads", "1")
      #expect(good.status == 0)
      #expect(!good.output.contains("×"))
    }
  }

  @Test("whose discriminator collapses beyond the limit say so")
  func collapsing() throws {
    try withWorkplace { workplace in
      try workplace.layOutImages()
      let outcome = try workplace.run(
        "run", "parts.yaml", "--threads", "1", "--set", "detector.redraw_threshold=1e9", "--set",
        "detector.redraw_limit=1")
      #expect(outcome.status == 1, "\(outcome.error)")
      #expect(
        outcome.output.contains(
          "the discriminator collapsed: it was reinitialized more than 1 time in epoch 1"))
      #expect(outcome.error.contains("(raise detector.redraw_limit, or lower detector.redraw_threshold)"))
    }
  }

  @Test("that are stale say why, and those of other threads and another folder are not")
  func stale() throws {
    try withWorkplace { workplace in
      try workplace.layOutResults()
      let same = try workplace.run("run", "parts.yaml", "--threads", "2", "--dry-run")
      #expect(same.output.hasSuffix("2 done, 0 missing\n"))
      let changed = try workplace.run("plan", "parts.yaml", "--set", "detector.learning_rate=2e-3")
      #expect(changed.output.contains("  stale: detector.learning_rate 0.0002, now 0.002\n"))
      #expect(changed.output.hasSuffix("0 done, 2 missing, 2 stale\n"))
      try workplace.write(DataFiles.png(77), to: "data/parts/train/normal/0.png")
      let data = try workplace.run("plan", "parts.yaml")
      #expect(data.output.contains("  stale: the data have changed (fingerprint "))
      #expect(data.output.hasSuffix("0 done, 2 missing, 2 stale\n"))
      try FileManager.default.moveItem(atPath: workplace.path("results"), toPath: workplace.path("other"))
      try workplace.write(DataFiles.png(0), to: "data/parts/train/normal/0.png")
      let moved = try workplace.run("plan", "parts.yaml", "--results", "other")
      #expect(moved.output.hasSuffix("2 done, 0 missing\n"))
    }
  }

  @Test("with a checkpoint that is damaged begin anew, and say so")
  func damagedCheckpoint() throws {
    try withWorkplace { workplace in
      let finished = try workplace.layOutResults()
      let identifier = finished.identifiers[0]
      let checkpoint = "results/parts/runs/\(identifier).checkpoint.h5"
      try workplace.remove("results/parts.h5")
      try workplace.remove(Workplace.runFile(identifier))
      try workplace.write("hello", to: checkpoint)
      let outcome = try workplace.run("run", "parts.yaml", "--threads", "1")
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(
        outcome.error.contains(
          ": the checkpoint cannot be used: \(checkpoint): it is damaged: its content does not have the checksum "
            + "at its end (the run restarts; the checkpoint is now \(checkpoint).unusable)\n"))
      #expect(workplace.files().contains("\(checkpoint).unusable"))
      #expect(!workplace.files().contains(checkpoint))
    }
  }

  @Test("on a full disk are refused in words and leave nothing half-made")
  func fullDisk() throws {
    try withWorkplace { workplace in
      try workplace.layOutImages()
      // The shell's limit in blocks of 512 bytes is what a full disk is to the program.
      let outcome = try Program.run(
        shell: "ulimit -f 100; exec \"$GANOMALY\" run parts.yaml --threads 1",
        in: workplace.folder)
      #expect(outcome.status == 74, "\(outcome.error)")
      #expect(!outcome.wasSignalled)
      #expect(outcome.output.isEmpty)
      let last = try #require(outcome.errorLines.last)
      #expect(last.hasPrefix("ganomaly: results/parts/runs/"))
      #expect(last.contains(".h5: cannot save: File too large (make room there"))
      #expect(workplace.files().filter { $0.hasSuffix(".h5") } == [])
      #expect(workplace.leftovers() == [])
    }
  }

  @Test(
    "whose summary does not fit on the disk say so, leave nothing half-made, and gather it once there is room",
    arguments: [0.01, 0.3, 0.6, 0.95])
  func fullDiskForSummary(share: Double) throws {
    try withWorkplace { workplace in
      let finished = try workplace.layOutResults()
      try workplace.remove("results/parts.h5")
      let blocks = max(1, Int(share * Double(finished.summary.count)) / 512)
      let outcome = try Program.run(
        shell: "trap '' XFSZ; ulimit -f \(blocks); exec \"$GANOMALY\" run parts.yaml", in: workplace.folder)
      #expect(outcome.status == 74, "\(outcome.error)")
      #expect(!outcome.wasSignalled)
      let last = try #require(outcome.errorLines.last)
      #expect(last.hasPrefix("ganomaly: results/parts.h5: cannot write: File too large (make room there"))
      #expect(workplace.files().filter { $0.hasPrefix("results/parts.h5") } == [])
      #expect(workplace.leftovers() == [])
      #expect(try workplace.run("run", "parts.yaml").status == 0)
      #expect(workplace.files().contains("results/parts.h5"))
    }
  }

  @Test(
    "whose table cannot be written say so",
    arguments: ["plan parts.yaml", "table results/parts.h5", "run parts.yaml", "schema", "data list"])
  func fullOutput(command: String) throws {
    try withWorkplace { workplace in
      try workplace.layOutResults()
      let outcome = try Program.run(
        shell: "exec \"$GANOMALY\" \(command) > /dev/full", in: workplace.folder)
      #expect(outcome.status == 74, "\(outcome.error)")
      #expect(!outcome.wasSignalled)
      #expect(
        outcome.error.hasSuffix(
          "ganomaly: standard output: cannot be written: no space left on device (free some space or write it "
            + "elsewhere; stored results are kept)\n"))
    }
  }
}
