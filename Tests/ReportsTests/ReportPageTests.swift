import Diagnostics
import Foundation
import Results
import TestSupport
import Testing

@testable import Reports

@Suite("The page of a report")
struct ReportPageTests {
  @Test("names of classes and hosts are text everywhere, whatever they hold")
  func awkwardNames() throws {
    try SampleSummary.folder.write { path, _ in
      let report = try Report(SummaryContents(path: path))
      let page = report.html
      #expect(!page.lowercased().contains("<script"))
      #expect(!page.contains("<b>"))
      #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
      #expect(page.contains("飞机") && page.contains("всё"))
      for figure in report.figures {
        // Well-formed, and its name is one for any file system.
        _ = try SVGReading(figure.svg)
        #expect(figure.name.wholeMatch(of: /[a-z0-9-]+/) != nil)
      }
      let bars = try #require(report.drawings("auroc-by-class").first).marks("bar")
      #expect(bars.map { $0["data-group"] } == SampleSummary.awkwardNames + ["all"])
      #expect(Set(report.figures.map(\.name)).count == report.figures.count)
    }
  }

  @Test("needs nothing beside it: no address but anchors and what it holds itself")
  func selfContained() throws {
    try SampleSummary.digits.write { path, _ in
      let page = try Report(SummaryContents(path: path)).html
      for match in page.matches(of: /(href|src)="([^"]*)"/) {
        #expect(match.2.hasPrefix("#") || match.2.hasPrefix("data:image/png;base64,"), "\(match.2)")
      }
      #expect(!page.contains("@import") && !page.contains("url(http"))
      // Patterns are found by their names, so no two may share one.
      let names = page.matches(of: #/ id="([^"]*)"/#).map { String($0.1) }
      #expect(Set(names).count == names.count)
    }
  }

  @Test("tables of many columns stand in parts, each with the names of the rows")
  func parts() {
    func grid(_ columns: Int) -> Grid {
      Grid(
        header: ["held out"] + (1...columns).map { "d\($0)" },
        rows: [[Grid.Cell("0")] + (1...columns).map { Grid.Cell("\($0)") }], lastRowIsSummary: true)
    }
    #expect(grid(8).parts(ofColumns: 8) == [grid(8)])
    let parts = grid(14).parts(ofColumns: 8)
    #expect(parts.map(\.header.count) == [8, 8])
    #expect(
      parts.allSatisfy { $0.header[0] == "held out" && $0.rows[0][0].text == "0" && $0.lastRowIsSummary })
    #expect(parts.flatMap { $0.rows[0].dropFirst().map(\.text) } == (1...14).map(String.init))
  }

  @Test("t-SNE is computed once, is kept when results are gathered anew, and is drawn")
  func embeddings() throws {
    try SampleSummary.digits.write { path, records in
      var computed = 0
      try FeatureEmbedding.keep(in: path) { _, count in computed = count }
      // Of each class the material of one seed is kept.
      #expect(computed == 2)
      let contents = try SummaryContents(path: path)
      let run = contents.runs[0]
      let first = try contents.features(of: run, scores: contents.scores(of: run))
      let stored = try #require(first?.embedding)
      #expect(stored.coordinates.count == 80)
      computed = 0
      try FeatureEmbedding.keep(in: path) { _, count in computed = count }
      #expect(computed == 0)

      let experiment = try SampleSummary.digits.experiment()
      let runs = experiment.configurations.flatMap {
        experiment.identifiedRuns(of: $0, dataFingerprint: "f")
      }
      try SummaryFile.collect(
        experiment, runs: runs, results: (path as NSString).deletingLastPathComponent,
        provenance: Provenance([]))
      let again = try SummaryContents(path: path)
      #expect(try again.features(of: run, scores: again.scores(of: run))?.embedding == stored)

      let report = try Report(again)
      let marks = try #require(report.drawings("tsne").first).marks("scatter")
      let normals = records[0].samples.isAnomalous.prefix(40).enumerated().filter { !$0.element }
      let expected = normals.flatMap { stored.coordinates[2 * $0.offset...2 * $0.offset + 1] }
      #expect(try marks[0].numbers("data-points").map { Float($0) } == expected)
      let features = try #require(report.drawings("pca").first).marks("scatter")
      let ofRun = try again.features(of: run, scores: again.scores(of: run))
      let components = try #require(ofRun).features.components
      #expect(
        try features[0].numbers("data-points").map { Float($0) }
          == normals.flatMap { components[3 * $0.offset...3 * $0.offset + 1] })
    }
  }

  @Test("the report of thirty runs with 500 embedded samples each is made in seconds, and is small")
  func thirtyRuns() throws {
    var sample = SampleSummary.digits
    sample.text = "dataset: {name: digits}\nheld_out: all\nseeds: [0, 1, 2]\ndetector: {epochs: 3}\n"
    (sample.samples, sample.featureSamples) = (20_000, 500)
    try sample.write { path, _ in
      let contents = try SummaryContents(path: path)
      #expect(contents.runs.count == 30)
      let embedding = EmbeddingRecord(
        coordinates: (0..<1000).map { Float($0 * 37 % 1001) }, perplexity: 30, divergence: 1)
      try SummaryFile.keep(
        Dictionary(uniqueKeysWithValues: contents.runs.map { ($0.identifier, embedding) }), in: path)
      let begin = ContinuousClock.now
      let report = try Report(SummaryContents(path: path))
      try report.writePage(to: "\(path).html")
      #expect(ContinuousClock.now - begin < .seconds(60))
      let size = try #require(
        FileManager.default.attributesOfItem(atPath: "\(path).html")[.size] as? Int)
      #expect(size < 5_000_000)
      #expect(try report.drawings("tsne").count == 10)
    }
  }

  @Test("a damaged summary is refused by name")
  func refusal() throws {
    try withTemporaryFolder { folder in
      let problem = #expect(throws: Problem.self) { try SummaryContents(path: "\(folder)/none.h5") }
      #expect(problem?.kind == .missingInput)
    }
  }

  @Test(
    "every figure is written as SVG and as PNG",
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: "/usr/bin/rsvg-convert"),
      "needs rsvg-convert, of Debian's librsvg2-bin"))
  func figureFiles() throws {
    try SampleSummary.folder.write { path, _ in
      let report = try Report(SummaryContents(path: path))
      let folder = "\(path)-figures"
      try report.writeFigures(to: folder)
      for figure in report.figures {
        _ = try SVGReading(String(contentsOfFile: "\(folder)/\(figure.name).svg", encoding: .utf8))
        let png = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(figure.name).png"))
        #expect(png.prefix(4) == Data([0x89, 0x50, 0x4E, 0x47]))
      }
    }
  }
}
