import Foundation
import Testing

@Suite("The verdict on an image")
struct VerdictTests {
  private static let spec = """
    dataset: {name: digits, side: 32}
    detector: {name: pca}
    protocol: {split: one-class-normal}
    normal_class: [0]
    seeds: [0]

    """

  /// A run of PCA that holds normals out of training, and images: digits have never been as bright as the last.
  private func withRun(
    _ overrides: [String] = ["protocol.validation_fraction=0.4"],
    _ body: (_ workplace: Workplace, _ run: String) throws -> Void
  ) throws {
    try withWorkplace { workplace in
      try workplace.write(Self.spec, to: "zeros.yaml")
      let outcome = try Program.run(
        ["run", "zeros.yaml"] + overrides.flatMap { ["--set", $0] }, in: workplace.folder)
      #expect(outcome.status == 0, "\(outcome.error)")
      let run = try #require(workplace.files().first { $0.contains("/runs/") && $0.hasSuffix(".h5") })
      try workplace.write(DataFiles.png(0), to: "images/a, dark.png")
      try workplace.write(DataFiles.png(255), to: "images/b.png")
      try body(workplace, run)
    }
  }

  @Test("follows from a threshold calibrated on normals held out of training, in text, CSV and JSON")
  func formats() throws {
    try withRun { workplace, run in
      let text = try workplace.run("score", run, "images")
      #expect(text.status == 0, "\(text.error)")
      let rows = text.output.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
      #expect(rows.map { $0[0] } == ["images/a, dark.png", "images/b.png"])
      #expect(rows.map { Array($0[2...]) } == [["100", "anomalous"], ["100", "anomalous"]])
      // 178 zeros, 80 % of which do not test, 40 % of those held out.
      #expect(
        text.error.contains(
          "5 % false alarms expected at most, from 56 normals (95 % interval of this threshold's rate: "),
        "\(text.error)")

      let csv = try workplace.run("score", run, "images", "--format", "csv")
      #expect(
        csv.output == "path,score,percentile,verdict\r\n"
          + "\"images/a, dark.png\",\(rows[0][1]),100,anomalous\r\nimages/b.png,\(rows[1][1]),100,anomalous\r\n"
      )

      let json = try workplace.run("score", run, "images", "--format", "json")
      let objects = try json.output.split(separator: "\n").map {
        try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
      }
      #expect(objects.map { $0["path"] as? String } == rows.map { $0[0] })
      #expect(objects.map { $0["percentile"] as? Double } == [100, 100])
      #expect(objects.map { $0["verdict"] as? String } == ["anomalous", "anomalous"])
      for (object, row) in zip(objects, rows) {
        #expect((object["score"] as? NSNumber)?.floatValue == Float(row[1]))
      }

      let listed = try Program.run(
        shell: "printf 'images/b.png\\nimages/b.png\\n' | $GANOMALY score \(run) - --threshold 1e9",
        in: workplace.folder)
      #expect(
        listed.output == "images/b.png\t\(rows[1][1])\t100\tnormal\n"
          + "images/b.png\t\(rows[1][1])\t100\tnormal\n")
    }
  }

  @Test("is refused where too few normals are there for the rate, and where there are none")
  func refusals() throws {
    try withRun { workplace, run in
      let few = try workplace.run("score", run, "images", "--false-alarm-rate", "0.01")
      #expect(few.status == 64)
      #expect(
        few.error.contains("needs at least 99 normals to calibrate on, but there are 56"), "\(few.error)")
      let own = try workplace.run(
        "score", run, "images", "--normals", "images/b.png", "--false-alarm-rate", "0.5")
      #expect(own.status == 0, "\(own.error)")
      #expect(own.output.hasSuffix("\t0\tnormal\n"), "no score is above its own")
      try workplace.write("no image", to: "images/c.txt")
      let unreadable = ["score", run, "images/b.png", "--normals", "images", "--false-alarm-rate", "0.5"]
      let refused = try Program.run(unreadable, in: workplace.folder)
      #expect(refused.status == 65 && refused.error.contains("c.txt"), "\(refused.error)")
      let skipping = try Program.run(unreadable + ["--skip-unreadable"], in: workplace.folder)
      #expect(skipping.status == 0 && skipping.error.contains("from 2 normals"), "\(skipping.error)")
      try FileManager.default.removeItem(atPath: workplace.path("images/c.txt"))
      for rate in ["0", "1", "-0.1", "nan"] {
        let outcome = try workplace.run("score", run, "images", "--false-alarm-rate=\(rate)")
        #expect(outcome.status == 64 && outcome.error.contains("give a share between 0 and 1"), "\(rate)")
      }
    }
    try withRun([]) { workplace, run in
      let plain = try workplace.run("score", run, "images")
      #expect(
        plain.status == 0
          && plain.output.split(separator: "\n").allSatisfy { $0.split(separator: "\t").count == 2 })
      let asked = try workplace.run("score", run, "images", "--false-alarm-rate", "0.05")
      #expect(asked.status == 64 && asked.error.contains("held no normals out of training"), "\(asked.error)")
    }
  }

  @Test("comes with a map of where the image is anomalous, from a detector that reconstructs images")
  func maps() throws {
    try withRun { workplace, run in
      let outcome = try workplace.run(
        "score", run, "images", "../\(URL(filePath: workplace.folder).lastPathComponent)/images/b.png",
        "--maps", "maps")
      #expect(outcome.status == 0, "\(outcome.error)")
      let folder = URL(filePath: workplace.folder).lastPathComponent
      let maps = workplace.files().filter { $0.hasPrefix("maps/") && $0.hasSuffix(".png") }
      #expect(
        Set(maps) == [
          "maps/images/a, dark.png.map.png", "maps/images/b.png.map.png",
          "maps/\(folder)/images/b.png.map.png",
        ])
      for map in maps {
        let bytes = try Data(contentsOf: URL(filePath: workplace.path(map)))
        #expect(bytes.starts(with: [0x89, 0x50, 0x4e, 0x47]))
      }
      // Images that differ only in what leads out of a folder have maps of their own.
      try workplace.write(DataFiles.png(9), to: "images/x.png")
      try workplace.write(DataFiles.png(99), to: "x.png")
      let twice = try Program.run(
        shell: "cd images && $GANOMALY score ../\(run) x.png ../x.png --maps ../two", in: workplace.folder)
      #expect(twice.status == 0, "\(twice.error)")
      #expect(
        workplace.files().filter { $0.hasPrefix("two/") }.sorted() == [
          "two/x.png.2.map.png", "two/x.png.map.png",
        ])
      let again = try workplace.run("score", run, ".", "--maps", "maps")
      #expect(
        again.status == 64 && again.error.contains("lies in the folder of error maps"), "\(again.error)")
      try workplace.write("no folder", to: "file")
      let blocked = try workplace.run("score", run, "images", "--maps", "file")
      #expect(
        blocked.status == 74
          && blocked.error.contains("file: the folder cannot be created: there is a file of this name"),
        "\(blocked.error)")
    }
    try withRun(["detector={name: pixel-statistics}"]) { workplace, run in
      let outcome = try workplace.run("score", run, "images", "--maps", "maps")
      #expect(outcome.status == 64 && outcome.error.contains("pixel-statistics"), "\(outcome.error)")
    }
  }
}
