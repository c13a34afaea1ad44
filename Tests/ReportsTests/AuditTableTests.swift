import Foundation
import Testing

@testable import Reports
@testable import Results

private typealias Change = AuditTable.Change

/// Two classes of two data sets, two seeds.
private let audit = AuditTable(
  start: "code-2019",
  columns: [
    AuditTable.Column(
      dataset: "mnist", heldOut: "1", seeds: [0, 1], base: [0.5, 0.52],
      own: ["score": "squared-l2", "pass": "batch-shuffled", "objective": "v3"],
      changed: [
        Change("score", "l1"): [0.6, 0.64], Change("pass", "running"): [0.51, 0.5],
        Change("objective", "v0"): [nil, 0.32], Change("all", "clean"): [0.4, 0.4],
      ]),
    AuditTable.Column(
      dataset: "cifar10", heldOut: "bird", seeds: [0, 1], base: [0.8, 0.8],
      own: ["score": "squared-l2", "pass": "batch-normals-first", "objective": "v3"],
      changed: [
        Change("score", "l1"): [0.8, 0.8], Change("pass", "batch-shuffled"): [0.6, 0.62],
        Change("pass", "running"): [0.5, 0.5],
      ]),
  ],
  changes: [
    Change("score", "l1"), Change("pass", "running"), Change("pass", "batch-shuffled"),
    Change("objective", "v0"), Change("all", "clean"),
  ])

@Suite("An audit")
struct AuditTableTests {
  private func words(_ text: String) -> [String] {
    text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
  }

  @Test("shows the first row as it is, and by how much each choice moves it, within a seed")
  func text() {
    let lines = words(audit.text(width: 100))
    #expect(lines[0] == "mnist, cifar10: AUROC, one choice at a time changed from code-2019")
    #expect(lines.contains("choice instead mnist 1 cifar10 bird"))
    #expect(lines.contains("as code-2019 .510 ± .014 .800 ± .000"))
    // .1 and .12; all equal.
    #expect(lines.contains("score l1 +.110 ± .014 .000 ± .000"))
    // +.01 and −.02 spread more than their mean.
    #expect(lines.contains("pass running -.005 ± .021* -.300 ± .000"))
    #expect(lines.contains("pass batch-shuffled = -.190 ± .014"))
    // A seed is missing on one side: its partner does not count.
    #expect(lines.contains("objective v0 -.200 ± — —"))
    #expect(lines.contains { $0.hasPrefix("= same as the first row") })
    #expect(lines.contains { $0.contains("* smaller than its spread") })
  }

  @Test("is broken into parts that fit the width")
  func narrow() {
    let lines = audit.text(width: 50).split(separator: "\n").map(String.init)
    #expect(lines.allSatisfy { displayWidth($0) <= 50 }, "\(lines)")
    #expect(lines.count { $0.hasPrefix("choice") } == 2)
  }

  @Test("has all values in CSV and JSON")
  func data() throws {
    let rows = audit.csv.split(separator: "\r\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(rows.allSatisfy { $0.count == 7 })
    #expect(rows.contains { $0 == ["mnist", "1", "0", "", "code-2019", "0.5", ""] })
    #expect(rows.contains { $0.prefix(6) == ["mnist", "1", "1", "objective", "v0", "0.32"] })
    #expect(rows.contains { $0 == ["mnist", "1", "0", "objective", "v0", "", ""] })
    let parsed = try JSONSerialization.jsonObject(with: Data(audit.json.utf8)) as? [String: Any]
    let classes = try #require(parsed?["classes"] as? [[String: Any]])
    #expect(classes.map { $0["held_out"] as? String } == ["1", "bird"])
    #expect((classes[1]["changes"] as? [[String: Any]])?.count == 3)
    #expect(audit.markdown.contains("| score"))
  }
}

@Suite("The table of evaluations")
struct EvaluationsTableTests {
  private func summary(seeds: [Int]) -> Summary {
    let values = [[seeds.map { 0.5 + 0.1 * Double($0) }, seeds.map { _ in Double.nan }]]
    return Summary(
      experiment: "e", detectors: ["ganomaly"], heldOut: ["0", "1"], seeds: seeds,
      values: Dictionary(uniqueKeysWithValues: Measures.all.map { ($0.name, values) }),
      headline: "squared-l2, running, epoch last", pass: .running, epoch: .last, commits: "",
      protocolDescription: "digits", resolvedSpec: "")
  }

  private func table(seeds: [Int]) -> EvaluationsTable {
    EvaluationsTable(
      summary(seeds: seeds),
      SummaryEvaluations([
        .init(
          score: "squared-l2", pass: "running", epoch: "last",
          values: [[seeds.map { 0.5 + 0.1 * Double($0) }, seeds.map { _ in nil }]]),
        .init(
          score: "l1", pass: "batch-shuffled", epoch: "best-on-test",
          values: [[seeds.map { _ in 0.9 }, seeds.map { _ in 0.7 }]]),
      ]))
  }

  @Test("has a line for each score, pass and epoch, and says what is optimistic")
  func text() {
    let text = table(seeds: [0]).text(width: 80)
    let lines = text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    #expect(lines[0] == "e: digits: AUROC, ganomaly")
    #expect(lines.contains("score pass epoch 0 1 mean"))
    #expect(lines.contains("squared-l2 running last .500 — —"))
    #expect(lines.contains("l1 batch-shuffled best-on-test .900 .700 .800"))
    #expect(text.contains("optimistic"))
  }

  @Test("has means and deviations of several seeds, and all values in the formats of programs")
  func seeds() throws {
    let table = table(seeds: [0, 1])
    #expect(table.text(width: 80).contains(".550 ± .071"))
    let rows = table.csv.split(separator: "\r\n")
    #expect(rows.count == 1 + 2 * 2 * 2)
    #expect(rows[2] == "ganomaly,squared-l2,running,last,0,1,AUROC,0.6,done")
    let parsed = try JSONSerialization.jsonObject(with: Data(table.json.utf8)) as? [String: Any]
    #expect(parsed?["held_out"] as? [String] == ["0", "1"])
    #expect((parsed?["evaluations"] as? [[String: Any]])?.count == 2)
  }
}
