import Diagnostics
import Foundation
import Specs
import TestSupport
import Testing

/// The package's folder of published values.
private let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().appendingPathComponent("experiments/published").path

private let smallFile = """
  tables:
    - dataset: mnist
      metric: auroc
      protocol: one-class-anomalous
      source: "a plot"
      certainty: T
      classes: [0, 1]
      rows:
        - {method: GANomaly, detector: ganomaly, values: [.881, null]}
        - method: EGBAD
          certainty: U
          suspected_metric: average_precision
          values: [.3, .4]
          spreads: [null, .02]
          certainties: [P, U]
  """

@Suite("Published values")
struct PublishedTests {
  private func committed() throws -> [PublishedTable] {
    try PublishedTable.find(options: [folder], besideSpec: "")
  }

  @Test("are read with source, certainty and spread, and null where there is none")
  func reading() throws {
    let table = try #require(try PublishedTable.parse(text: smallFile, path: "p.yaml").first)
    #expect(table.dataset == "mnist" && table.metric == .auroc && table.evaluation == .oneClassAnomalous)
    #expect(table.source == "a plot" && table.classes == ["0", "1"] && table.place == "p.yaml:2:5")
    let (first, second) = (table.rows[0], table.rows[1])
    #expect(first.detector == "ganomaly" && first.suspectedMetric == nil)
    #expect(table.value(first, class: "0") == PublishedValue(0.881, certainty: .transcribed))
    #expect(table.value(first, class: "1") == nil)
    #expect(table.value(first, class: "2") == nil)
    #expect(second.detector.isEmpty && second.suspectedMetric == .averagePrecision)
    #expect(
      second.values == [
        PublishedValue(0.3, certainty: .stated), PublishedValue(0.4, spread: 0.02, certainty: .uncertain),
      ])
  }

  @Test("of the repository are all there, each with a source", arguments: ["auroc", "average_precision"])
  func complete(metric: String) throws {
    let tables = try committed().filter { $0.metric.rawValue == metric }
    #expect(tables.count == (metric == "auroc" ? 8 : 2))
    for table in tables {
      #expect(!table.source.isEmpty)
      #expect(table.rows.allSatisfy { $0.values.allSatisfy { $0 != nil } })
    }
  }

  @Test("of the paper's two figures are those that were transcribed, marked T")
  func figures() throws {
    for (dataset, mean, bird) in [("mnist", 0.7682, nil), ("cifar10", 0.6103, 0.51)]
      as [(String, Double, Double?)]
    {
      let table = try #require(
        try committed().first { table in
          table.dataset == dataset && table.metric == .auroc
            && table.rows.contains { $0.detector == "ganomaly" }
        })
      let row = try #require(table.rows.first { $0.detector == "ganomaly" })
      let values = row.values.compactMap { $0 }
      #expect(values.count == 10 && values.allSatisfy { $0.certainty == .transcribed })
      #expect(abs(values.reduce(0) { $0 + $1.value } / 10 - mean) < 1e-9)
      #expect(table.value(row, class: "bird")?.value == bird)
    }
  }

  @Test(
    "of the VAEs in the thesis are stated there, but for average precision, whose share of anomalies is not")
  func thesis() throws {
    let tables = try committed().filter { $0.source.hasPrefix("Tonnaer") }
    #expect(tables.map(\.metric) == [.averagePrecision, .auroc])
    for table in tables {
      #expect(table.rows.map(\.method) == ["VAE (32 latents)", "VAE (2 latents)"])
      #expect(table.rows.allSatisfy { $0.detector == "vae" && $0.values.count == 10 })
    }
    let (precision, areas) = (tables[0], tables[1])
    #expect(areas.value(areas.rows[0], class: "1") == PublishedValue(0.09, certainty: .stated, decimals: 2))
    #expect(areas.value(areas.rows[1], class: "0") == PublishedValue(0.96, certainty: .stated, decimals: 2))
    #expect(
      precision.value(precision.rows[0], class: "9")
        == PublishedValue(0.17, certainty: .uncertain, decimals: 2))
    #expect(
      precision.value(precision.rows[1], class: "9")
        == PublishedValue(0.15, certainty: .uncertain, decimals: 2))
  }

  @Test("of the older detectors on MNIST are suspected to be AUPRC, and uncertain")
  func suspicion() throws {
    let table = try #require(try committed().first { $0.dataset == "mnist" && $0.rows.count == 3 })
    for name in ["anogan", "egbad"] {
      let row = try #require(table.rows.first { $0.detector == name })
      #expect(row.suspectedMetric == .averagePrecision)
      #expect(row.values.allSatisfy { $0?.certainty == .uncertain })
    }
  }

  @Test("with a mistake are refused at its place")
  func refusals() {
    let mistakes: [(String, String, String, String)] = [
      ("certainty: T", "certainty: X", "p.yaml:6:16", "'certainty' must be one of P, C, T, U"),
      (
        "metric: auroc", "metrik: auroc", "p.yaml:3:5",
        "unknown key 'metrik' in a table (did you mean 'metric'?)"
      ),
      ("values: [.881, null]", "values: [.881]", "p.yaml:9:56", "'values' has 1 elements for 2 classes"),
      ("values: [.881, null]", "values: [88.1, null]", "p.yaml:9:57", "a value must be a number from 0"),
      ("values: [.881, null]", "values: .881", "p.yaml:9:56", "'values' must be a list"),
      ("source: \"a plot\"", "notes: \"\"", "p.yaml:2:5", "a table has no 'source'"),
      ("classes: [0, 1]", "classes: [0, 0]", "p.yaml:7:14", "the class '0' occurs more than once"),
      ("method: EGBAD", "detector: egbad", "p.yaml:10:9", "a row has no 'method'"),
      ("spreads: [null, .02]", "spreads: [null, wide]", "p.yaml:14:25", "a spread must be a number"),
      (
        "certainty: T", "certainty: T\n    decimals: 0", "p.yaml:7:15", "'decimals' must be an integer from 1"
      ),
      ("tables:", "table:", "p.yaml:1:1", "unknown key 'table' in the file (did you mean 'tables'?)"),
      (smallFile, "", "p.yaml", "is empty"),
      (smallFile, "tables: []", "p.yaml:1:9", "'tables' must be a list"),
      (smallFile, "- 1", "p.yaml:1:1", "the file must be a mapping"),
    ]
    for (right, wrong, place, words) in mistakes {
      let text = smallFile.replacing(right, with: wrong)
      #expect(text != smallFile)
      do throws(SpecProblems) {
        _ = try PublishedTable.parse(text: text, path: "p.yaml")
        Issue.record("'\(wrong)' was taken")
      } catch {
        let found = error.problems.contains { $0.place == place && $0.description.contains(words) }
        #expect(found, "\(wrong): \(error)")
        #expect(error.exitStatus == Problem.Kind.usage.rawValue)
      }
    }
  }

  @Test("are found beside the spec, or above its folder, or where an option says")
  func finding() throws {
    try withTemporaryFolder { folder in
      try FileManager.default.createDirectory(
        atPath: "\(folder)/published", withIntermediateDirectories: true)
      try smallFile.write(toFile: "\(folder)/published/a.yaml", atomically: true, encoding: .utf8)
      try smallFile.replacing("mnist", with: "cifar10").write(
        toFile: "\(folder)/published/b.yaml", atomically: true, encoding: .utf8)
      func datasets(_ options: [String], _ spec: String) throws -> [String] {
        try PublishedTable.find(options: options, besideSpec: spec).map(\.dataset)
      }
      #expect(try datasets([], "\(folder)/mnist.yaml") == ["mnist", "cifar10"])
      #expect(try datasets([], "\(folder)/audit/mnist.yaml") == ["mnist", "cifar10"])
      #expect(try datasets(["\(folder)/published/b.yaml"], "nowhere.yaml") == ["cifar10"])
      for spec in ["m", "e/m.yaml", "./m.yaml", "/m.yaml"] { _ = try? datasets([], spec) }
      #expect { try datasets(["x"], "") } throws: { error in
        (error as? SpecProblems)?.problems.first?.hint
          == "name a file of published values, such as experiments/published/mnist-auroc.yaml"
      }
      #expect { try datasets(["\(folder)/none.yaml"], "") } throws: { error in
        (error as? SpecProblems)?.problems.first?.kind == .missingInput
      }
      try FileManager.default.createDirectory(atPath: "\(folder)/empty", withIntermediateDirectories: true)
      #expect { try datasets(["\(folder)/empty"], "") } throws: { error in
        (error as? SpecProblems)?.problems.first?.cause == "the folder holds no .yaml file"
      }
    }
  }
}
