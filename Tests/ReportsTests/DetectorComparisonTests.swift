import Diagnostics
import Foundation
import Metrics
import Results
import Testing

@testable import Reports

@Suite("Detectors on the same test samples")
struct DetectorComparisonTests {
  private let isAnomalous = [false, false, false, true, true, true, false, true]
  private let index = [5, 3, 9, 11, 0, 70, 8, 2]
  private let scores: [Float] = [1, 2, 3, 4, 5, 6, 4.5, 2.5]
  private let others: [Float] = [3, 1, 2, 6, 1.5, 5, 0, 4]

  private var first: CellScores {
    CellScores(sampleIndex: index, scores: scores, isAnomalous: isAnomalous)
  }

  private func second(_ positions: [Int]) -> CellScores {
    CellScores(
      sampleIndex: positions.map { index[$0] }, scores: positions.map { others[$0] },
      isAnomalous: positions.map { isAnomalous[$0] })
  }

  private func compare(_ stored: [CellScores?]) throws -> [PairedTests?] {
    try CellComparison(
      stored, names: ["a", "b", "c", "d"], at: "3 held out, seed 0", replicates: 200, seed: 7
    ).tests
  }

  private func test(_ positions: [Int]) throws -> DeLong {
    let labels = positions.map { isAnomalous[$0] }
    return DeLong(
      try Placements(scores: positions.map { scores[$0] }, isAnomalous: labels),
      minus: try Placements(scores: positions.map { others[$0] }, isAnomalous: labels))
  }

  @Test("are compared sample by sample, in whatever order each was scored")
  func order() throws {
    let all = Array(0..<8)
    let found = try #require(try compare([first, second(all)])[0])
    #expect(found.difference == (try test(all)))
    #expect(found.first.value == (try RankedScores(scores: scores, isAnomalous: isAnomalous)).areaUnderROC)
    #expect(found.normalCount == 4 && found.anomalousCount == 4)
    #expect(found.bootstrap.lower < found.difference.value && found.difference.value < found.bootstrap.upper)
    let shuffled = try #require(try compare([first, second([4, 2, 7, 0, 1, 6, 5, 3])])[0])
    #expect(shuffled == found)
  }

  @Test("are compared on the samples that both have scored")
  func common() throws {
    let some = [0, 1, 3, 5, 6]
    let found = try compare([first, second(some), nil, second(Array(0..<8))])
    #expect(found[0]?.difference == (try test(some)))
    #expect(found[0]?.normalCount == 3 && found[0]?.anomalousCount == 2)
    #expect(found[1] == nil)
    #expect(found[2]?.difference == (try test(Array(0..<8))))
    // The other way round it is the same comparison.
    let turned = try #require(try compare([second(some), first])[0])
    #expect(turned.difference.value == -(try test(some)).value)
    #expect(turned.difference.standardError == (try test(some)).standardError)
  }

  @Test("are not compared where the first has no run")
  func missing() throws { #expect(try compare([nil, first]) == [nil]) }

  @Test("are refused where they share no sample of a kind, or contradict each other")
  func refusals() {
    let problem = #expect(throws: Problem.self) { try compare([first, second([0, 1, 2])]) }
    #expect(problem?.place == "3 held out, seed 0")
    #expect(problem?.cause == "'a' and 'b' have no test samples of both kinds in common")
    var turned = second(Array(0..<8))
    turned.isAnomalous[0].toggle()
    let contradiction = #expect(throws: Problem.self) { try compare([first, turned]) }
    #expect(contradiction?.cause.contains("call different test samples anomalous") == true)
  }

  // MARK: - Over seeds and classes

  /// Tests whose areas differ by these numbers of eighths.
  private func tests(_ eighths: Int?) throws -> PairedTests? {
    guard let eighths else { return nil }
    // Four anomalies and two normals: eight pairs, of which the second detector wins all.
    let labels = [false, false, true, true, true, true]
    let perfect: [Float] = [0, 1, 2, 3, 4, 5]
    var worse = perfect
    for sample in 0..<abs(eighths) / 2 { worse[2 + sample] = -1 }
    let stored = { (scores: [Float]) in
      CellScores(sampleIndex: Array(0..<6), scores: scores, isAnomalous: labels)
    }
    return try compare([stored(perfect), stored(worse)])[0]
  }

  private func pair(_ rows: [[Int?]]) throws -> DetectorPair {
    var cells: [DetectorPair.Cell] = []
    for (row, eighths) in rows.enumerated() {
      for (seed, eighth) in eighths.enumerated() {
        cells.append(DetectorPair.Cell(name: "c\(row)", seed: seed, tests: try tests(eighth)))
      }
    }
    return DetectorPair(first: "a", second: "b", cells: cells)
  }

  @Test("differ over seeds by class and in the mean over classes, and over classes, as paired t tests say")
  func summaries() throws {
    let pair = try pair([[2, 4], [6, 2]])
    #expect(pair.overSeeds("c0") == PairedDifferences([0.25, 0.5]))
    #expect(pair.overSeeds("c1") == PairedDifferences([0.75, 0.25]))
    #expect(pair.overSeedsOfMeans == PairedDifferences([0.5, 0.375]))
    #expect(pair.overClasses == PairedDifferences([0.375, 0.5]))
  }

  @Test(
    "a seed with a class missing has no mean over classes, and a class without runs no part in the classes'")
  func gaps() throws {
    let pair = try pair([[2, nil], [6, 2], [nil, nil]])
    #expect(pair.overSeeds("c0").count == 1 && pair.overSeeds("c0").mean == 0.25)
    #expect(pair.overSeedsOfMeans.count == 0)
    #expect(pair.overClasses == PairedDifferences([0.25, 0.5]))
    let complete = try self.pair([[2, nil], [6, 2]])
    #expect(complete.overSeedsOfMeans.count == 1 && complete.overSeedsOfMeans.mean == 0.5)
  }

  // MARK: - Renderings

  private func comparison(_ rows: [[Int?]]) throws -> DetectorComparison {
    DetectorComparison(
      title: "e: digits", classRole: .normal, classes: rows.indices.map { "c\($0)" },
      seeds: Array(rows[0].indices), replicates: 200, notes: ["Scores: l1."], pairs: [try pair(rows)])
  }

  @Test("are shown with differences, intervals and p, and with what is missing")
  func text() throws {
    let text = try comparison([[0, 2], [2, nil]]).text
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0] == "e: digits: AUROC of a minus that of b, on the same test images")
    #expect(
      lines[2]
        == "normal class  seed  normal  anomalous      a      b  difference   95 % (DeLong)  95 % (bootstrap)       p"
    )
    #expect(lines[4].hasPrefix("c0               0       2          4  1.000  1.000        .000  "))
    #expect(lines[4].hasSuffix("  1.0000"))
    #expect(text.contains("+.250"))
    #expect(text.contains("AUROC of a minus that of b, on the same test images: over seeds and classes"))
    #expect(text.contains("p is two-sided and not adjusted for there being 5 tests.\n"))
    #expect(text.contains("— 1 comparisons lack a run of one of the detectors\n"))
    #expect(text.hasSuffix("Scores: l1.\n"))
    #expect(!text.contains("held"))
    #expect(try comparison([[0, 2], [2, nil]]).markdown.contains("| normal class | seed |"))
  }

  @Test("as CSV and JSON keep all digits, empty or null for what is no number")
  func data() throws {
    let comparison = try comparison([[2, nil]])
    let rows = comparison.csv.split(separator: "\r\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(rows.count == 3 && rows.allSatisfy { $0.count == 16 })
    #expect(rows[0].prefix(4) == ["first", "second", "normal_class", "seed"])
    let test = try #require(comparison.pairs[0].cells[0].tests?.difference)
    #expect(rows[1][8] == "\(test.value)" && rows[1][9] == "\(test.standardError)")
    #expect(rows[1][11] == "\(test.twoSidedP)")
    let absent = rows[2].dropFirst(4).joined()
    #expect(absent.isEmpty)
    let parsed = try JSONSerialization.jsonObject(with: Data(comparison.json.utf8)) as? [String: Any]
    let pairs = try #require(parsed?["pairs"] as? [[String: Any]])
    let tests = try #require(pairs[0]["tests"] as? [[String: Any]])
    // The parser of JSON does not keep the last bit.
    let p = try #require(tests[0]["p"] as? Double)
    #expect(abs(p / test.twoSidedP - 1) < 1e-14)
    #expect(tests[1]["p"] is NSNull)
    let seeds = try #require(pairs[0]["over_seeds"] as? [[String: Any]])
    #expect(seeds[0]["mean_difference"] as? Double == 0.25)
    #expect(seeds[0]["normal_class"] as? String == "c0")
    #expect(seeds[0]["p"] is NSNull, "one seed has no spread")
  }
}
