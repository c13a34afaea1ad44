import Foundation
import Metrics
import Testing

@testable import Reports
@testable import Specs

/// Two classes of a published table, with a certainty and, if wanted, a suspicion.
private func published(
  _ values: [PublishedValue?] = [
    PublishedValue(0.8, certainty: .transcribed), PublishedValue(0.6, certainty: .transcribed),
  ], detector: String = "ganomaly", suspected: PublishedMetric? = nil, dataset: String = "mnist",
  metric: PublishedMetric = .auroc
) -> PublishedTable {
  PublishedTable(
    dataset: dataset, metric: metric, evaluation: .oneClassAnomalous, source: "a plot", notes: "",
    classes: ["0", "1"],
    rows: [
      PublishedRow(
        method: "GANomaly", detector: detector, suspectedMetric: suspected, notes: "said of it",
        values: values)
    ], place: "p.yaml:1:1")
}

/// A comparison of two classes, by class and seed.
private func comparison(
  _ values: [[Double?]], halfWidth: Double? = 0.01, ofMean: Double? = 0.005,
  _ published: [PublishedTable] = [published()]
) -> Comparison {
  let seeds = Array(values[0].indices)
  let table = AUCTable(
    title: "mnist", detectors: ["ganomaly"], heldOut: ["0", "1"], seeds: seeds, values: [values])
  return Comparison(
    table, detectors: ["ganomaly"], dataset: "mnist", protocol: .oneClassAnomalous, metric: .auroc,
    published: published, halfWidths: [values.map { $0.map { $0 == nil ? nil : halfWidth } }],
    halfWidthsOfMeans: [ofMean])
}

@Suite("A comparison with published values")
struct ComparisonTests {
  private func verdicts(_ comparison: Comparison) -> [Comparison.Verdict?] {
    comparison.sections[0].cells.map(\.verdict)
  }

  @Test("shows each class's mean, interval, published value and difference, and the means over classes")
  func values() throws {
    let section = comparison([[0.8, 0.82], [0.7, 0.7]]).sections[0]
    #expect(section.cells.map(\.heldOut) == ["0", "1", "mean"])
    let first = section.cells[0]
    #expect(first.ours.count == 2)
    #expect(abs(try #require(first.ours.mean) - 0.81) < 1e-12)
    #expect(abs(try #require(first.difference) - 0.01) < 1e-12)
    // √((12.706·0.01414/√2)² + 0.01²)
    let interval = try #require(first.interval)
    let half = ((12.7062 * 0.01) * (12.7062 * 0.01) + 0.01 * 0.01).squareRoot()
    #expect(abs((interval.upper - interval.lower) / 2 - half) < 1e-6)
    // Equal seeds: the test samples alone.
    let second = try #require(section.cells[1].interval)
    #expect(abs(second.lower - 0.69) < 1e-12 && abs(second.upper - 0.71) < 1e-12)
    let mean = section.cells[2]
    #expect(mean.published == PublishedValue(0.7, certainty: .transcribed))
    #expect(abs(try #require(mean.difference) - 0.055) < 1e-12)
  }

  @Test("has an interval of the mean only if the classes' common uncertainty is known")
  func intervalOfMean() throws {
    let mean = try #require(comparison([[0.8], [0.7]]).sections[0].cells.last?.interval)
    #expect(abs(mean.lower - 0.745) < 1e-12 && abs(mean.upper - 0.755) < 1e-12)
    let cell = comparison([[0.8, 0.82], [0.7, 0.7]], ofMean: nil).sections[0].cells.last
    #expect(cell?.heldOut == "mean" && cell?.interval == nil && cell?.verdict == .cannotBeTold)
  }

  @Test("of one seed takes its interval from the test samples; without scores there is none")
  func oneSeed() throws {
    let cell = comparison([[0.8], [0.7]]).sections[0].cells[0]
    let interval = try #require(cell.interval)
    #expect(abs(interval.lower - 0.79) < 1e-12 && abs(interval.upper - 0.81) < 1e-12)
    let without = comparison([[0.8], [0.7]], halfWidth: nil).sections[0].cells[0]
    #expect(without.interval == nil && without.verdict == .cannotBeTold)
  }

  @Test(
    "judges by the band and the interval",
    arguments: [
      // Within the band and narrow; at its edge; beyond it; beyond it, but not by more than the interval.
      (0.8, 0.01, Comparison.Verdict.agrees), (0.825, 0.01, .agrees), (0.84, 0.01, .differs),
      (0.74, 0.01, .differs),
      (0.84, 0.03, .cannotBeTold), (0.8, 0.06, .cannotBeTold), (0.8, 0.049, .agrees),
    ])
  func verdict(_ value: Double, _ halfWidth: Double, _ verdict: Comparison.Verdict) {
    #expect(comparison([[value], [0.6]], halfWidth: halfWidth).sections[0].cells[0].verdict == verdict)
  }

  @Test("widens the band by a published spread, and narrows it to the rounding for what the paper states")
  func bands() {
    func verdict(_ published: PublishedValue) -> Comparison.Verdict? {
      let table = twoClasses([published, nil])
      return comparison([[0.84], [0.6]], [table]).sections[0].cells[0].verdict
    }
    #expect(verdict(PublishedValue(0.8, certainty: .transcribed)) == .differs)
    #expect(verdict(PublishedValue(0.8, spread: 0.02, certainty: .transcribed)) == .agrees)
    #expect(verdict(PublishedValue(0.829, certainty: .transcribed)) == .agrees)
    #expect(verdict(PublishedValue(0.829, certainty: .stated)) == .differs)
    #expect(verdict(PublishedValue(0.829, certainty: .stated, decimals: 2)) == .agrees)
    #expect(verdict(PublishedValue(0.83, certainty: .uncertain)) == .cannotBeTold)
  }

  @Test("cannot tell of values that are suspected to be of another measure, and warns of them")
  func suspicion() {
    let suspected = published(suspected: .averagePrecision)
    let comparison = comparison([[0.8], [0.6]], [suspected])
    #expect(verdicts(comparison) == [.cannotBeTold, .cannotBeTold, .cannotBeTold])
    #expect(comparison.warnings.contains { $0.contains("probably AUPRC, where AUROC is claimed") })
  }

  @Test("warns of areas below one half, of a single seed and of missing values")
  func warnings() {
    let doubtful = comparison([[0.3], [nil]])
    #expect(doubtful.warnings.count == 3)
    #expect(doubtful.warnings.contains { $0.contains("below .5 for 0:") })
    #expect(doubtful.warnings.contains { $0.contains("one seed only") })
    #expect(doubtful.warnings.contains { $0.contains("1 of our values is missing") })
    #expect(comparison([[0.8, 0.8], [nil, 0.6]]).warnings.contains { $0.contains("one seed only for 1:") })
    #expect(doubtful.sections[0].cells.count == 3)
    #expect(doubtful.sections[0].cells[1].verdict == nil)
    #expect(comparison([[0.8, 0.8], [0.6, 0.6]]).warnings.isEmpty)
  }

  @Test("takes only what is published of this data, protocol, measure and detector")
  func fitting() {
    let others = [
      published(dataset: "cifar10"), published(metric: .averagePrecision), published(detector: "egbad"),
    ]
    let alone = comparison([[0.8, 0.8], [0.6, 0.6]], others)
    #expect(alone.sections.count == 1 && alone.sections[0].method == nil)
    #expect(alone.sections[0].cells.allSatisfy { $0.published == nil && $0.verdict == nil })
    #expect(alone.warnings == ["Warning: no published AUROC of ganomaly for this data and protocol."])
    #expect(comparison([[0.8], [0.6]], others + [published(), published()]).sections.count == 2)
  }

  @Test("leaves the mean out where a published class is missing")
  func noMean() {
    let partial = twoClasses([PublishedValue(0.8, certainty: .transcribed), nil])
    #expect(comparison([[0.8], [0.6]], [partial]).sections[0].cells.map(\.heldOut) == ["0", "1"])
  }

  @Test("fits a terminal of 80 columns, with the rule below")
  func text() {
    let text = comparison([[0.81, 0.79, 0.80], [0.31, 0.42, 0.36]]).text(width: 80)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(lines.allSatisfy { displayWidth($0) <= 80 }, "\(text)")
    let expected = """
      mnist: AUROC, ganomaly beside GANomaly as published (a plot)

      held out  ours     ±  95 % interval  published  difference  verdict
      """
    #expect(text.hasPrefix(expected.prefix(61)))
    let words = lines.map { $0.split(separator: " ").joined(separator: " ") }
    #expect(words.contains("0 .800 .010 .773 to .827 .800 T .000 agrees"), "\(text)")
    #expect(
      words.contains { $0.hasPrefix("1 .363 .055 ") && $0.hasSuffix(" .600 T -.237 differs") }, "\(text)")
    #expect(text.contains("Verdict: 'differs' where"))
    #expect(text.contains("T: transcribed by a third party, a band of ±.020"))
    #expect(text.contains("GANomaly: said of it"))
  }

  @Test("has the same numbers in CSV, JSON and Markdown, never ours in the published column")
  func data() throws {
    let comparison = comparison([[0.81, 0.79], [nil, 0.42]])
    let rows = comparison.csv.split(separator: "\r\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    #expect(rows.count == 4 && rows.allSatisfy { $0.count == 16 })
    #expect(rows[1][0] == "ganomaly" && rows[1][1] == "0" && rows[1][9] == "0.8" && rows[1][11] == "T")
    let parsed = try JSONSerialization.jsonObject(with: Data(comparison.json.utf8)) as? [String: Any]
    let sections = try #require(parsed?["comparisons"] as? [[String: Any]])
    let classes = try #require(sections[0]["classes"] as? [[String: Any]])
    #expect(classes[0]["published"] as? Double == 0.8)
    #expect(classes[1]["seeds"] as? Int == 1 && classes[1]["mean"] as? Double == 0.42)
    #expect(comparison.markdown.contains("| 0        |"), "\(comparison.markdown)")
    #expect(comparison.latex.contains("\\toprule"))
  }
}

/// Two classes, given as they are published.
private func twoClasses(_ values: [PublishedValue?]) -> PublishedTable { published(values) }
