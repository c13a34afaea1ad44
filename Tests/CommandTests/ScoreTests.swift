import Foundation
import Testing

@Suite("Scoring a folder")
struct ScoreTests {
  /// A run of the image folder `parts`, and beside it a folder of twelve images, one damaged and one link.
  private func withScoring(
    _ body: (_ workplace: Workplace, _ run: String, _ alone: [String: Substring]) throws -> Void
  ) throws {
    try withWorkplace { workplace in
      try workplace.layOutImages()
      let outcome = try workplace.run("run", "parts.yaml", "--set", "seeds=[0]")
      #expect(outcome.status == 0, "\(outcome.error)")
      let runs = workplace.files().filter { $0.hasPrefix("results/parts/runs/") && $0.hasSuffix(".h5") }
      let run = try #require(runs.first)
      var alone: [String: Substring] = [:]
      for index in 0..<11 {
        let name = "images/\(index + 10).png"
        try workplace.write(DataFiles.png(UInt8(index)), to: name)
        let outcome = try workplace.run("score", run, name)
        alone[name] = outcome.output.split(separator: "\n").first
      }
      try workplace.write(DataFiles.png(3).dropLast(14), to: "images/05.png")
      try FileManager.default.createSymbolicLink(
        atPath: workplace.path("images/15b.png"), withDestinationPath: "nowhere")
      try body(workplace, run, alone)
    }
  }

  @Test("gives the scores of all that can be read, each the same as alone, and names what cannot")
  func damaged() throws {
    try withScoring { workplace, run, alone in
      let expected = alone.sorted { $0.key < $1.key }.map(\.value)
      let outcome = try workplace.run("score", run, "images")
      #expect(outcome.status == 65)
      #expect(outcome.output.split(separator: "\n") == expected)
      #expect(
        outcome.errorLines.filter { !$0.contains("note: ") } == [
          "ganomaly: images/05.png: the PNG image is cut off after \(DataFiles.png(3).count - 14) bytes",
          "ganomaly: images/15b.png: is a dangling link",
          "ganomaly: 2 of 13 files have no score (replace or remove them, or skip them with --skip-unreadable)",
        ])
    }
  }

  @Test("skips what cannot be read where it is told to, and says so")
  func skipping() throws {
    try withScoring { workplace, run, alone in
      let outcome = try workplace.run("score", run, "images", "--skip-unreadable")
      #expect(outcome.status == 0)
      #expect(outcome.output.split(separator: "\n").count == 11)
      #expect(
        outcome.error.contains(
          "2 files are not images and were skipped:\n  images/05.png\n  images/15b.png\n"))
    }
  }
}
