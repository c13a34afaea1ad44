import Foundation
import Results
import Settings
import Specs
import Testing

@testable import Reports

private func summary(_ change: (inout SweepSummary) -> Void = { _ in }) -> SweepSummary {
  var summary = SweepSummary(
    fields: ["latent_size"], values: [[4, 16, 8].map(SettingValue.integer)], criterion: .testAUROC,
    scores: [0.5, 0.7, 0.6], epochs: [15, 15, 15], isStopped: [false, false, false])
  change(&summary)
  return summary
}

private let areas = AUCTable(
  title: "digits", detectors: ["latent_size=4", "latent_size=16", "latent_size=8"], heldOut: ["0", "1"],
  seeds: [0, 1],
  values: [[[0.4, 0.44], [0.6, 0.6]], [[0.6, 0.64], [0.8, 0.8]], [[0.5, 0.54], [0.7, 0.7]]],
  notes: ["Scores: l1."])

@Suite("The table of a sweep")
struct SweepTableTests {
  @Test(
    "shows three digits of a number of any size",
    arguments: [
      (.leastNonzeroMagnitude, "5e-324"), (1.23456e-300 * 1e-10, "1.23e-310"), (-1.23456e-306, "-1.23e-306"),
      (1.7976e308, "1.7976e+308"),
      (0.0123456, "0.0123"), (123.456, "123"), (99.96, "100"), (0, "0"), (-.infinity, "-inf"),
    ] as [(Double, String)])
  func significantDigits(value: Double, text: String) { #expect(significant(value) == text) }

  @Test("has a row for each configuration, the best marked, its choice told, and a curve of a single number")
  func text() {
    #expect(
      SweepTable(areas, sweep: summary()).text(width: 60) == """
        digits: AUROC

        latent_size     0     1  mean     ±
        ─────────────────────────────────────────
        4            .420  .600  .510  .014
        16           .620  .800  .710  .014  best
        8            .520  .700  .610  .014

        AUROC against latent_size (◉ best)
        .710 ┤                    ·◉
             │                  ··
             │               ···
             │             ··
        .610 ┤          ·●·
             │        ··
             │     ···
             │   ··
        .510 ┤ ●·
             └─┴─────────┴─────────┴
               4         8         16

        mean over 2 held-out classes (0, 1)
        mean and, at ±, sample standard deviation over 2 seeds
        best: chosen on the test set: optimistic
        Scores: l1.

        """)
  }

  @Test("leaves the classes out where they do not fit")
  func narrow() {
    let text = SweepTable(areas, sweep: summary()).text(width: 35)
    #expect(text.contains("latent_size  mean     ±\n"))
  }

  @Test("says which were stopped, after how many epochs and by what")
  func stopped() {
    let table = SweepTable(
      areas,
      sweep: summary {
        $0.criterion = .validationLoss
        $0.scores = [0.25, 0.03125, 0.5]
        $0.epochs = [3, 9, 1]
        $0.isStopped = [true, false, true]
      })
    #expect(
      table.grid(showsClasses: false).header == ["latent_size", "mean", "±", "validation-loss", "epochs", ""])
    #expect(
      table.grid(showsClasses: false).rows.map { $0.map(\.text) } == [
        ["4", ".510", ".014", "0.25", "3", "stopped"], ["16", ".710", ".014", "0.0313", "9", "best"],
        ["8", ".610", ".014", "0.5", "1", "stopped"],
      ])
    #expect(table.notes.contains("best: chosen by the reconstruction loss of normals held out of training"))
    #expect(table.notes.contains { $0.hasPrefix("stopped: others were better by validation-loss") })
    #expect(!table.notes.joined().contains("optimistic"))
  }

  @Test("chosen by the test set shows that number beside another measure")
  func otherMeasure() {
    var errors = areas
    errors.metric = "EER"
    let grid = SweepTable(errors, sweep: summary()).grid(showsClasses: false)
    #expect(grid.header == ["latent_size", "mean", "±", "test-auroc", ""])
    #expect(grid.rows[1].map(\.text) == ["16", ".710", ".014", ".700", "best"])
  }

  @Test("without a choice marks none, and warns of making one by eye")
  func noChoice() {
    let table = SweepTable(areas, sweep: summary { $0.criterion = nil })
    #expect(!table.text().contains("  best"))
    #expect(table.notes.contains { $0.contains("selecting on the test set: optimistic") })
  }

  @Test("says what is missing, and gives no mean without all classes")
  func gaps() {
    let gaps = AUCTable(
      title: "digits", detectors: ["a", "b", "c"], heldOut: ["0", "1"], seeds: [0],
      values: [[[0.5], [nil]], [[0.5], [0.7]], [[nil], [nil]]])
    let table = SweepTable(gaps, sweep: summary { $0.scores = [.nan, 0.6, .nan] })
    #expect(table.grid(showsClasses: true).rows.map { $0.map(\.text) }[0] == ["4", ".500", "—", "—", ""])
    #expect(table.notes.contains("3 of 6 values are missing (—); no mean over classes without all of them"))
    #expect(table.curve == nil, "one point is no curve")
  }

  @Test("tells of failed runs in every form, and marks the mean too, since the classes may have no room")
  func failures() throws {
    let failing = AUCTable(
      title: "digits", detectors: ["a", "b", "c"], heldOut: ["0", "1"], seeds: [0],
      values: [[[0.5], [nil]], [[0.5], [0.7]], [[nil], [0.7]]],
      failures: [AUCTable.Failure(detector: 0, heldOut: [1], seed: 0, cause: "it diverged")])
    let table = SweepTable(failing, sweep: summary { $0.scores = [.nan, 0.6, .nan] })
    #expect(
      table.grid(showsClasses: true).rows.map { $0.map(\.text) } == [
        ["4", ".500", "×", "×", ""], ["16", ".500", ".700", ".600", "best"], ["8", "—", ".700", "—", ""],
      ])
    #expect(table.markdown.contains("- × a, 1 held out, seed 0: it diverged\n"))
    let lines = table.csv.split(separator: "\r\n")
    #expect(lines[2] == "4,1,0,AUROC,,failed" && lines[5] == "8,0,0,AUROC,,missing")
    let root = try JSONSerialization.jsonObject(with: Data(table.json.utf8)) as? [String: Any]
    let told = try #require((root?["failures"] as? [[String: Any]])?.first)
    #expect(told["configuration"] as? String == "a" && told["held_out"] as? [String] == ["1"])
    #expect(told["cause"] as? String == "it diverged")
  }

  @Test("shows the row of all kinds of an image folder in the place of a mean")
  func pooled() {
    let folder = AUCTable(
      title: "parts", detectors: ["a", "b", "c"], heldOut: ["dent", "all"], seeds: [0],
      values: [[[0.5], [0.25]], [[0.5], [0.75]], [[0.5], [0.5]]], allowsMeanOverHeldOut: false)
    let table = SweepTable(folder, sweep: summary(), pooledRow: 1)
    #expect(table.grid(showsClasses: false).header == ["latent_size", "all", ""])
    #expect(table.summary(configuration: 1).mean == 0.75)
    #expect(!table.notes.joined().contains("mean over"))
  }

  @Test("is Markdown and LaTeX with the same rows and notes")
  func documents() {
    let table = SweepTable(areas, sweep: summary())
    #expect(table.markdown.contains("| .710 | .014 | best |"))
    #expect(table.markdown.contains("- best: chosen on the test set: optimistic\n"))
    #expect(table.latex.contains("16 & .620 & .800 & .710 & .014 & best \\\\"))
    #expect(table.latex.contains("chosen on the test set: optimistic"))
  }

  @Test("is CSV with the varied values in columns and every single value in a row")
  func csv() {
    let lines = SweepTable(areas, sweep: summary()).csv.split(separator: "\r\n")
    #expect(lines[0] == "latent_size,held_out,seed,metric,value,status")
    #expect(lines.count == 1 + 3 * 2 * 2)
    #expect(lines[2] == "4,0,1,AUROC,0.44,done")
    #expect(lines[12] == "8,1,1,AUROC,0.7,done")
  }

  @Test("is JSON with the configurations, their settings, and what the best was chosen by")
  func json() throws {
    let json = SweepTable(areas, sweep: summary { $0.scores[0] = .nan }).json
    let root = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    #expect(root["best"] as? String == "latent_size=16")
    #expect(root["chosen_by"] as? String == "test-auroc")
    let configurations = try #require(root["configurations"] as? [[String: Any]])
    #expect(configurations.map { ($0["settings"] as? [String: Int])?["latent_size"] } == [4, 16, 8])
    #expect(configurations[0]["score"] == nil || configurations[0]["score"] is NSNull)
    #expect(configurations[1]["values"] as? [[Double]] == [[0.6, 0.64], [0.8, 0.8]])
  }
}

@Suite("The curve of a sweep")
struct SweepCurveTests {
  private func curve(_ values: [(Double, Double)]) -> [String] {
    SweepCurve(
      name: "width", metric: "AUROC",
      points: values.map { SweepCurve.Point(x: $0, label: String(Int($0)), y: $1, isBest: false) }
    ).lines(width: 60)
  }

  @Test("stands level when all values are equal")
  func level() {
    let lines = curve([(1, 0.5), (2, 0.5), (3, 0.5)])
    #expect(lines[5] == ".500 ┤ ●·········●·········●")
    #expect(lines.dropFirst().filter { $0.contains("●") }.count == 1)
  }

  @Test("falls to the right when the values do, ordered by the varied number")
  func falling() {
    let lines = curve([(3, 0), (1, 1), (2, 0.5)])
    #expect(lines[1].hasPrefix("1.000 ┤ ●"))
    #expect(lines[5].contains("●") && lines[9].hasSuffix("●"))
  }

  @Test("fits any number of points into the width and leaves out labels that would touch")
  func crowded() {
    let lines = curve((0..<50).map { (Double(1000 + $0), Double($0) / 50) })
    #expect(lines.allSatisfy { $0.count <= 60 })
    #expect(lines.last?.contains("1000 ") == true)
    #expect(curve((0..<60).map { (Double($0), Double($0) / 60) }).isEmpty, "too many for the width")
  }
}
