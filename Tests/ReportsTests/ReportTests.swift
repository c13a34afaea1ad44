import Foundation
import Results
import TestSupport
import Testing

@testable import Reports

@Suite("The report of a summary")
struct ReportTests {
  @Test("bars and error bars are the means and deviations over seeds of the summary")
  func bars() throws {
    try SampleSummary.digits.write { path, _ in
      let contents = try SummaryContents(path: path)
      let report = try Report(
        contents, references: [Report.Reference(name: "paper", values: ["8": 0.653, "9": 0.5])])
      let drawing = try #require(report.drawings("auroc-by-class").first)
      let bars = drawing.marks("bar")
      #expect(bars.map { $0["data-group"] } == ["2", "8"])
      for (bar, values) in zip(bars, contents.summary.cells("auroc")[0]) {
        let summary = SeedSummary(values)
        #expect(try bar.number("data-value") == summary.mean)
        #expect(try bar.number("data-deviation") == summary.standardDeviation)
      }
      let references = drawing.marks("reference")
      #expect(references.map { $0["data-group"] } == ["8"])
      #expect(try references[0].number("data-value") == 0.653)
      #expect(report.html.contains("paper (published)"))
    }
  }

  @Test("each ROC curve has the area that the summary says, and its points have it too")
  func curves() throws {
    try SampleSummary.digits.write { path, _ in
      let contents = try SummaryContents(path: path)
      let report = try Report(contents)
      let areas = contents.summary.cells("auroc")[0].map { $0[0] }
      let lines = try #require(report.drawings("roc").first).marks("line")
      #expect(lines.count == 2)
      for (line, area) in zip(lines, areas) {
        #expect(try line.number("data-value") == area)
        let points = try line.numbers("data-points")
        var drawn = 0.0
        for index in stride(from: 2, to: points.count, by: 2) {
          drawn += (points[index] - points[index - 2]) * (points[index + 1] + points[index - 1]) / 2
        }
        let expected = try #require(area)
        #expect(abs(drawn - expected) < 0.005)
      }
      let precision = try #require(report.drawings("precision-recall").first).marks("line")
      let expected = contents.summary.cells("average_precision")[0].map { $0[0] }
      #expect(try precision.map { try $0.number("data-value") } == expected)
    }
  }

  @Test("an image folder has a curve for each kind of anomaly, with the area of its row")
  func kinds() throws {
    try SampleSummary.folder.write { path, _ in
      let contents = try SummaryContents(path: path)
      let lines = try #require(try Report(contents).drawings("roc").first).marks("line")
      #expect(lines.count == SampleSummary.awkwardNames.count + 1)
      #expect(
        try lines.map { try $0.number("data-value") } == contents.summary.cells("auroc")[0].map { $0[0] })
    }
  }

  @Test("every sample is in a histogram once, in the bin of its score")
  func histograms() throws {
    try SampleSummary.digits.write { path, records in
      let report = try Report(SummaryContents(path: path))
      let marks = try #require(report.drawings("histogram").first).marks("histogram")
      let scores = records[0].history.scores[0].lastScores
      for (kind, mark) in marks.enumerated() {
        let edges = try mark.numbers("data-edges")
        let counts = try mark.numbers("data-counts").map { Int($0) }
        let own = zip(scores, records[0].samples.isAnomalous).filter { $1 == (kind == 1) }.map {
          Double($0.0)
        }
        #expect(counts.reduce(0, +) == own.count)
        for bin in 0..<counts.count - 1 {
          #expect(counts[bin] == own.count { $0 >= edges[bin] && $0 < edges[bin + 1] }, "bin \(bin)")
        }
      }
    }
  }

  @Test("losses and areas by epoch are means over the runs")
  func course() throws {
    try SampleSummary.digits.write { path, records in
      let report = try Report(SummaryContents(path: path))
      let areas = try #require(report.drawings("auroc-by-epoch").first).marks("line")
      let first = records[0].history.scores[0].measures.map(\.auroc)
      let second = records[1].history.scores[0].measures.map(\.auroc)
      let means = zip(first, second).map { ($0 + $1) / 2 }
      #expect(try areas[0].numbers("data-points") == [1, means[0], 2, means[1], 3, means[2]])
      let losses = try #require(report.drawings("losses").first).marks("line")
      #expect(losses.map { $0["data-series"] } == ["discriminator", "generator"])
      // 1, 2, 3 and 4 of the four runs.
      #expect(try losses[1].numbers("data-points") == [1, 9, 2, 3, 3, 2.5])
    }
  }

  @Test("a gallery shows the first eight samples with their scores, and holds their images")
  func gallery() throws {
    try SampleSummary.digits.write { path, records in
      let drawing = try #require(try Report(SummaryContents(path: path)).drawings("samples").first)
      let marks = drawing.marks("sample")
      #expect(try marks.map { Int(try $0.number("data-sample")) } == Array(0..<8))
      let scores = records[0].history.scores[0].lastScores
      #expect(try marks.map { Float(try $0.number("data-score")) } == Array(scores.prefix(8)))
      let image = try #require(drawing.elements.first { $0.name == "image" })
      let prefix = "data:image/png;base64,"
      let address = try #require(image.attributes["href"])
      #expect(address.hasPrefix(prefix))
      let png = try #require(Data(base64Encoded: String(address.dropFirst(prefix.count))))
      #expect(png.prefix(4) == Data([0x89, 0x50, 0x4E, 0x47]))
      // Eight images of 4 × 4 in three rows.
      #expect(Array(png[16..<24]) == [0, 0, 0, 32, 0, 0, 0, 12])
    }
  }

  @Test("the curve of a sweep goes through the means of its configurations")
  func sweep() throws {
    try SampleSummary.sweep.write { path, _ in
      let contents = try SummaryContents(path: path)
      let report = try Report(contents)
      let table = try #require(SweepTable(contents.summary))
      let line = try #require(report.drawings("sweep").first?.marks("line").first)
      var expected: [Double] = []
      for (row, latent) in [4.0, 16, 64].enumerated() {
        expected += [latent, try #require(table.summary(configuration: row).mean)]
      }
      #expect(try line.numbers("data-points") == expected)
      // The samples are of the best configuration only: two classes. Of a sweep no scores are kept, only their order.
      #expect(try report.drawings("roc").first?.marks("line").count == 2)
      #expect(try report.drawings("histogram").isEmpty)
      let best = contents.summary.detectors[try #require(contents.summary.sweep?.best)]
      #expect(report.html.contains("Of 3 configurations, the best: \(best)."))
    }
  }

  @Test("an experiment of which no run is done yet has a report all the same")
  func noRuns() throws {
    for sample in [SampleSummary.digits, .folder, .sweep] {
      let experiment = try sample.experiment()
      try withTemporaryFolder { folder in
        let runs = experiment.configurations.flatMap {
          experiment.identifiedRuns(of: $0, dataFingerprint: "f")
        }
        try SummaryFile.collect(experiment, runs: runs, results: folder, provenance: Provenance([]))
        let report = try Report(SummaryContents(path: "\(folder)/sample.h5"))
        #expect(report.html.contains("missing"))
        for figure in report.figures { _ = try SVGReading(figure.svg) }
      }
    }
  }

  @Test("a run that the experiment no longer asks for is not in the figures")
  func stale() throws {
    var two = SampleSummary.digits
    two.text = two.text.replacing("seeds: [0, 1]", with: "seeds: [0]")
    try SampleSummary.digits.write { path, _ in
      let results = (path as NSString).deletingLastPathComponent
      let experiment = try two.experiment()
      let runs = experiment.configurations.flatMap {
        experiment.identifiedRuns(of: $0, dataFingerprint: "f")
      }
      try SummaryFile.collect(experiment, runs: runs, results: results, provenance: Provenance([]))
      let contents = try SummaryContents(path: path)
      #expect(contents.runs.map(\.seed) == [0, 0])
      #expect(contents.runs.map(\.identifier) == runs.map(\.identifier))
    }
  }
}
