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

  @Test("that diverge are told of, give status 1 and leave nothing half-made")
  func diverging() throws {
    try withWorkplace { workplace in
      try workplace.layOutImages()
      let outcome = try workplace.run(
        "run", "parts.yaml", "--threads", "1", "--set", "detector.learning_rate=1e30", "--set",
        "detector.epochs=4")
      #expect(outcome.status == 1, "\(outcome.error)")
      #expect(!outcome.wasSignalled)
      #expect(outcome.error.contains("failed: ganomaly, all held out, seed 1: training diverged"))
      #expect(outcome.error.contains("a smaller learning rate may help"))
      #expect(
        workplace.files().filter { $0.hasPrefix("results/parts/runs/") && !$0.hasSuffix(".failed") } == [])
      #expect(workplace.leftovers() == [])
    }
  }

  @Test("on a full disk are refused in words and leave nothing half-made")
  func fullDisk() throws {
    try withWorkplace { workplace in
      try workplace.layOutImages()
      // The shell's limit in blocks of 512 bytes is what a full disk is to the program.
      let outcome = try Program.run(
        shell: "trap '' XFSZ; ulimit -f 100; exec \"$GANOMALY\" run parts.yaml --threads 1",
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
