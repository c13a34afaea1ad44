import Foundation
import Testing

@Suite("One's own images")
struct FolderLayoutTests {
  @Test("of classes: init lists them, and each is held out in turn")
  func classes() throws {
    try withWorkplace { workplace in
      for (name, first) in [("cat", 10), ("dog", 120), ("newt", 230)] {
        for index in 0..<6 {
          try workplace.write(DataFiles.png(UInt8(first + index)), to: "photos/pets/\(name)/\(index).png")
        }
      }
      #expect(try workplace.run("init", "pets", "--folder", "photos/pets").status == 0)
      let spec = try String(contentsOfFile: workplace.path("experiments/pets.yaml"), encoding: .utf8)
      #expect(
        spec.contains("\n  layout: classes\n") && spec.contains("held_out: [cat, dog, newt]"),
        "\(spec)")
      // The 12 images of two classes, 80 % of which train.
      let whole = try workplace.run("plan", "pets", "--data", "photos")
      #expect(whole.status == 0 && spec.contains("batch_size: 2"), "\(whole.error)")
      let quick = ["--data", "photos", "--set", "detector={name: pca}"]
      let run = try Program.run(["run", "pets"] + quick, in: workplace.folder)
      #expect(run.status == 0, "\(run.error)")
      #expect(run.output.contains("cat") && run.output.contains("newt") && run.output.contains("mean"))
      let together = try Program.run(
        ["run", "pets"] + quick + ["--set", "held_out=[[cat, newt]]"], in: workplace.folder)
      #expect(together.status == 0 && together.output.contains("cat + newt"), "\(together.error)")
      for (held, words) in [
        ("[cow]", "'cow' is not a class of pets, whose classes are cat, dog, newt"),
        ("all", "'all' is not a class"),
      ] {
        let other = try Program.run(
          ["plan", "pets"] + quick + ["--set", "held_out=\(held)"], in: workplace.folder)
        #expect(other.status == 64 && other.error.contains(words), "\(other.error)")
      }
    }
  }

  @Test("of normals alone: they train and calibrate, and new images get a verdict")
  func normals() throws {
    try withWorkplace { workplace in
      for index in 0..<60 {
        try workplace.write(DataFiles.png(UInt8(100 + index)), to: "photos/tiles/\(index).png")
      }
      try workplace.write(DataFiles.png(255), to: "new/odd.png")
      #expect(try workplace.run("init", "tiles", "--folder", "photos/tiles").status == 0)
      let spec = try String(contentsOfFile: workplace.path("experiments/tiles.yaml"), encoding: .utf8)
      #expect(spec.contains("\n  layout: normals\n") && spec.contains("validation_fraction: 0.42"), "\(spec)")
      let run = try workplace.run(
        "run", "tiles", "--data", "photos", "--set", "detector.epochs=2", "--set", "detector.width=4")
      #expect(run.status == 0, "\(run.error)")
      #expect(run.output.contains("Only normal images were tested"), "\(run.output)")
      #expect(run.error.contains("no anomalies to test on"), "\(run.error)")
      let file = try #require(workplace.files().first { $0.contains("/runs/") && $0.hasSuffix(".h5") })
      let scored = try workplace.run("score", file, "new")
      #expect(scored.status == 0 && scored.output.hasPrefix("new/odd.png\t"), "\(scored.error)")
      #expect(scored.error.contains("from 20 normals"), "\(scored.error)")
      let report = try workplace.run("report", "tiles")
      #expect(report.status == 0, "\(report.error)")
      let page = try String(contentsOfFile: workplace.path("results/tiles.html"), encoding: .utf8)
      #expect(page.contains("Only normal images were tested"))
      // There are no areas to draw, and none is missing.
      #expect(!page.contains("AUROC by") && !page.contains("values is missing"))
      let again = try workplace.run(
        "run", "tiles", "--data", "photos", "--set", "detector.epochs=2", "--set", "detector.width=4")
      #expect(again.status == 0 && !again.error.contains("epoch 1/2"), "a finished run is not run again")
      #expect(!again.error.contains("evaluation"), "nor evaluated again: \(again.error)")
      let plan = try workplace.run(
        "plan", "tiles", "--data", "photos", "--set", "detector.epochs=2", "--set", "detector.width=4")
      #expect(plan.output.hasSuffix("1 done, 0 missing\n"), "\(plan.output)")
    }
  }

  @Test("in arrays: init names their classes, and a run holds them out")
  func arrays() throws {
    let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../DatasetsTests/Fixtures/arrays").standardizedFileURL.path
    try withWorkplace { workplace in
      try workplace.write(
        Array(Data(contentsOf: URL(fileURLWithPath: "\(fixtures)/named.npz"))), to: "own/cells.npz")
      let written = try workplace.run("init", "cells", "--arrays", "own/cells.npz")
      #expect(written.status == 0 && written.error.contains("--data own"), "\(written.error)")
      let spec = try String(contentsOfFile: workplace.path("experiments/cells.yaml"), encoding: .utf8)
      #expect(spec.contains("\n  file: \"cells.npz\"\n") && spec.contains("\nheld_out: ["), "\(spec)")
      let run = try workplace.run(
        "run", "cells", "--data", "own", "--set", "detector={name: pixel-statistics}")
      #expect(run.status == 0 && run.output.contains("cells: "), "\(run.error)")
      let none = try workplace.run("init", "none", "--arrays", "own/none.npz")
      #expect(none.status == 66 && none.error.contains("none.npz"), "\(none.error)")
      let both = try workplace.run("init", "both", "--arrays", "own/cells.npz", "--dataset", "mnist")
      #expect(both.status == 64 && both.error.contains("exclude each other"), "\(both.error)")
    }
  }
}
