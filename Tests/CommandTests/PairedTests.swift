import Foundation
import TestSupport
import Testing

@Suite("ganomaly paired")
struct PairedTests {
  private static let spec = """
    dataset: {name: digits, side: 32}
    held_out: [0, 1]
    detectors:
      - {name: ganomaly, label: narrow, width: 2, latent_size: 4, epochs: 1}
      - {name: ganomaly, label: wide, width: 4, latent_size: 4, epochs: 1}
      - {name: ganomaly, width: 3, latent_size: 4, epochs: 1, test_samples: 100}
    seeds: [0, 1]

    """

  /// Made once, by two jobs.
  private static let summary = Result {
    try withWorkplace { workplace in
      try workplace.write(spec, to: "three.yaml")
      let outcome = try workplace.run("run", "three.yaml", "--jobs", "2")
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(outcome.output.contains("•"))
      #expect(outcome.output.contains("\nganomaly: tested on 100 random images of each test set"))
      return Array(try Data(contentsOf: URL(fileURLWithPath: workplace.path("results/three.h5"))))
    }
  }

  private func with(_ body: (Workplace) throws -> Void) throws {
    let bytes = try Self.summary.get()
    try withWorkplace { workplace in
      try workplace.write(bytes, to: "results/three.h5")
      try workplace.write(Self.spec, to: "three.yaml")
      try body(workplace)
    }
  }

  private func rows(_ csv: String) -> [[Substring]] {
    csv.split(separator: "\r\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
  }

  @Test(
    "compares the first detector with the others, class by class and seed by seed, with the table's areas")
  func areas() throws {
    try with { workplace in
      let outcome = try workplace.run("paired", "three.yaml", "--replicates", "50", "--format", "csv")
      #expect(outcome.status == 0, "\(outcome.error)")
      let found = rows(outcome.output)
      #expect(found.count == 9)
      let pairs = found.dropFirst().map { "\($0[0]) \($0[1])" }
      #expect(Set(pairs[..<4]) == ["narrow wide"])
      #expect(Set(pairs[4...]) == ["narrow ganomaly"])
      // Of 502 or 505 images, 100.
      let sizes = found.dropFirst(5).map { "\($0[4]) \($0[5])" }
      #expect(sizes == ["65 35", "65 35", "64 36", "64 36"])
      let table = rows(try workplace.run("table", "three.yaml", "--format", "csv").output)
      for row in found[1...4] {
        for (column, detector) in [(6, "narrow"), (7, "wide")] {
          let cell = table.first { $0[0] == detector && $0[1] == row[2] && $0[2] == row[3] }
          #expect(cell?[4] == row[column])
        }
        let (first, second, difference) = (
          Double(row[6]) ?? .nan, Double(row[7]) ?? .nan, Double(row[8]) ?? .nan
        )
        #expect(abs(first - second - difference) < 1e-12)
      }
    }
  }

  @Test("takes the detectors that are named, the first against the rest, and a summary as well as a spec")
  func named() throws {
    try with { workplace in
      let outcome = try workplace.run(
        "paired", "results/three.h5", "--replicates", "50", "--detectors", "wide", "narrow", "--format",
        "text")
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(outcome.output.contains(": AUROC of wide minus that of narrow, on the same test images\n"))
      #expect(!outcome.output.contains("that of ganomaly"))
      #expect(outcome.output.contains("\nmean over classes    2 seeds"))
      #expect(outcome.output.contains("\nall classes        2 classes"))
      let again = try workplace.run(
        "paired", "results/three.h5", "--replicates", "50", "--detectors", "wide", "narrow")
      #expect(again.output == outcome.output)
      let markdown = try workplace.run("paired", "three.yaml", "--replicates", "9", "--format", "markdown")
      #expect(markdown.output.contains("| held out | seed | normal |"))
      let json = try workplace.run("paired", "three.yaml", "--replicates", "9", "--format", "json")
      #expect(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) is [String: Any])
    }
  }

  @Test(
    "refuses what it cannot compare",
    arguments: [
      (
        ["three.yaml", "--detectors", "narow", "wide"], 64, "has no detector 'narow' (did you mean 'narrow'?)"
      ),
      (["three.yaml", "--detectors", "wide"], 64, "'wide' alone is not a comparison"),
      (["three.yaml", "--detectors", "wide", "wide"], 64, "cannot be compared with itself"),
      (["three.yaml", "--replicates", "0"], 64, "--replicates 0: give a number from 1"),
      (["three.yaml", "--format", "latex"], 64, "'latex'"),
      (["results/none.h5"], 66, "results/none.h5: no such file"),
      (["three.yaml", "--results", "elsewhere"], 66, "elsewhere/three.h5: no such file"),
    ])
  func refusals(_ arguments: [String], _ status: Int32, _ words: String) throws {
    try with { workplace in
      let outcome = try Program.run(["paired"] + arguments, in: workplace.folder)
      #expect(outcome.status == status, "\(outcome.error)")
      #expect(outcome.error.contains(words), "\(outcome.error)")
      #expect(outcome.output.isEmpty)
    }
  }

  @Test("refuses an experiment of a single detector")
  func single() throws {
    try withWorkplace { workplace in
      try workplace.layOutResults()
      let outcome = try workplace.run("paired", "results/parts.h5")
      #expect(outcome.status == 64)
      #expect(outcome.error.contains("parts: has one detector, 'ganomaly'"), "\(outcome.error)")
    }
  }

  @Test("a plan and a validation count the detectors")
  func plan() throws {
    try with { workplace in
      #expect(
        try workplace.run("validate", "three.yaml").output == "three.yaml: three, 3 detectors, 12 runs\n")
      let plan = try workplace.run("plan", "three.yaml").output
      #expect(plan.contains("  ganomaly  narrow  0 held out  seed 0  done"), "\(plan)")
      #expect(plan.contains("  ganomaly          1 held out  seed 1  done"), "\(plan)")
      let other = try workplace.run("plan", "three.yaml", "--set", "detectors.wide.epochs=2").output
      #expect(other.contains("8 done, 4 missing, 4 stale"), "\(other)")
      let estimate = try workplace.run(
        "plan", "three.yaml", "--estimate", "--set", "detectors.wide.epochs=2")
      #expect(estimate.output.contains("4 runs on this machine"), "\(estimate.output)")
    }
  }
}
