import Foundation
import Testing

@Suite("The program")
struct UseTests {
  /// The package's folder.
  private static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test("says its name, the commit and whether the sources were changed")
  func version() throws {
    let outcome = try withWorkplace { try $0.run("--version") }
    #expect(outcome.status == 0)
    #expect(outcome.error.isEmpty)
    #expect(outcome.output.wholeMatch(of: /ganomaly ([0-9a-f]{12}|unknown)(\+changes)?\n/) != nil)
  }

  @Test(
    "helps with every command",
    arguments: [
      "run", "plan", "validate", "table", "compare", "audit", "report", "data", "parity", "bench", "schema",
    ])
  func help(command: String) throws {
    let outcome = try withWorkplace { try $0.run(command, "--help") }
    #expect(outcome.status == 0)
    #expect(outcome.error.isEmpty)
    #expect(outcome.output.contains("USAGE: ganomaly \(command)"))
  }

  @Test("prints the committed schema")
  func schema() throws {
    let committed = try String(
      contentsOf: Self.package.appendingPathComponent("experiments/schema.json"), encoding: .utf8)
    let outcome = try withWorkplace { try $0.run("schema") }
    #expect(outcome.status == 0)
    #expect(outcome.output == committed)
  }

  @Test(
    "prints a committed spec with every value, which gives the same when read again",
    arguments: ["quickstart", "mnist", "fashion-mnist", "cifar10"])
  func resolved(name: String) throws {
    try withWorkplace { workplace in
      let spec = Self.package.appendingPathComponent("experiments/\(name).yaml").path
      let first = try workplace.run("validate", spec, "--resolved")
      #expect(first.status == 0)
      #expect(first.output.contains("batch_size: 64"))
      try workplace.write(first.output, to: "resolved.yaml")
      let second = try workplace.run("validate", "resolved.yaml", "--resolved")
      #expect(second.output == first.output)
      #expect(first.error.isEmpty && second.error.isEmpty)
    }
  }

  @Test("takes the valid counterparts of the bad data", arguments: [false, true])
  func validData(packed: Bool) throws {
    try withWorkplace { workplace in
      let images = DataFiles.images(100)
      try workplace.layOutMNIST(packed ? [Workplace.mnistFiles[0]: DataFiles.gzipped(images)] : [:])
      let outcome = try workplace.run("plan", "mnist.yaml")
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(
        outcome.error == """
          ganomaly: warning: these data are not the published mnist: their train part has 100 images, the published \
          mnist's 60000

          """)
      #expect(outcome.output.hasPrefix("mnist: mnist, 120 images of 1×32×32\n"))
      #expect(outcome.output.hasSuffix("0 done, 10 missing\n"))
      #expect(!workplace.files().contains("results"))
    }
  }

  @Test("skips and counts files that are no image where it is told to")
  func skipping() throws {
    try withWorkplace { workplace in
      try workplace.layOutImages()
      try workplace.write(DataFiles.jpeg, to: "data/parts/train/normal/8.jpg")
      try workplace.write("hello", to: "data/parts/train/normal/notes.txt")
      try workplace.write(DataFiles.jpeg.dropLast(8), to: "data/parts/test/normal/9.jpg")
      let outcome = try workplace.run("plan", "parts.yaml", "--skip-unreadable")
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(outcome.output.hasPrefix("parts: parts, 15 images of 1×32×32\n"))
      #expect(
        outcome.error == """
          2 files are not images and were skipped:
            data/parts/train/normal/notes.txt
            data/parts/test/normal/9.jpg

          """)
    }
  }

  @Test("counts a stray file and a broken link among those that it skips")
  func skippingStrayFiles() throws {
    try withWorkplace { workplace in
      try workplace.layOutImages()
      try workplace.write("hello", to: "data/parts/test/readme.txt")
      try FileManager.default.createSymbolicLink(
        atPath: workplace.path("data/parts/train/normal/9.png"), withDestinationPath: "nowhere")
      let refused = try workplace.run("plan", "parts.yaml")
      #expect(refused.status == 65 && refused.error.contains("--skip-unreadable"), "\(refused.error)")
      let outcome = try workplace.run("plan", "parts.yaml", "--skip-unreadable")
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(
        outcome.error == """
          2 files are not images and were skipped:
            data/parts/test/readme.txt
            data/parts/train/normal/9.png

          """)
    }
  }

  @Test("says where every data set is, and checks what it finds")
  func data() throws {
    try withWorkplace { workplace in
      try workplace.layOutMNIST()
      try workplace.layOutImages()
      let list = try workplace.run("data", "list")
      #expect(list.status == 0)
      for line in [
        "digits +part of the program", "mnist +data/mnist", "parts +data/parts", "cifar10 +not found: ",
      ] {
        #expect(list.output.contains(try Regex("(?m)^\(line)")), "\(list.output)")
      }
      let verify = try workplace.run("data", "verify", "mnist")
      #expect(verify.status == 65)
      #expect(verify.output.contains("has 78416 bytes, expected 47040016 (ganomaly data fetch mnist)"))
    }
  }
}
