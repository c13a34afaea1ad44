import Foundation
import Testing

@Suite("The report command")
struct ReportTests {
  @Test("writes one page beside the summary, or where it is told to")
  func page() throws {
    try withWorkplace { workplace in
      try workplace.layOutResults()
      let outcome = try workplace.run("report", "parts.yaml")
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(outcome.error.isEmpty)
      #expect(outcome.output == "results/parts.html\n")
      let page = try String(contentsOfFile: workplace.path("results/parts.html"), encoding: .utf8)
      #expect(page.hasPrefix("<!DOCTYPE html>") && page.contains("<h1>parts</h1>"))
      let other = try workplace.run("report", "results/parts.h5", "-o", "pages/other.html")
      #expect(other.status == 0, "\(other.error)")
      #expect(try String(contentsOfFile: workplace.path("pages/other.html"), encoding: .utf8) == page)
      #expect(workplace.leftovers().isEmpty)
    }
  }

  @Test("keeps t-SNE in the summary, and `run` afterwards keeps it too")
  func embeddings() throws {
    try withWorkplace { workplace in
      try workplace.layOutResults()
      let outcome = try workplace.run("report", "parts.yaml", "--tsne")
      #expect(outcome.status == 0, "\(outcome.error)")
      let first = try Data(contentsOf: URL(fileURLWithPath: workplace.path("results/parts.html")))
      #expect(try #require(String(data: first, encoding: .utf8)).contains("t-SNE"))
      #expect(try workplace.run("run", "parts.yaml", "--threads", "1").status == 0)
      #expect(try workplace.run("report", "parts.yaml").status == 0)
      #expect(try Data(contentsOf: URL(fileURLWithPath: workplace.path("results/parts.html"))) == first)
    }
  }

  @Test("tells what is wrong with its input and its output")
  func refusals() throws {
    try withWorkplace { workplace in
      try workplace.layOutResults()
      let missing = try workplace.run("report", "results/none.h5")
      #expect(missing.status == 66)
      #expect(missing.error.contains("results/none.h5: no such file"))
      try workplace.write("hello", to: "results/hello.h5")
      #expect(try workplace.run("report", "results/hello.h5").status == 65)
      let output = try workplace.run("report", "results/parts.h5", "-o", "parts.yaml/page.html")
      #expect(output.status == 74)
      #expect(output.error.contains("parts.yaml"))
    }
  }

  @Test("without rsvg-convert it says so, and the figures are there as SVG")
  func noConverter() throws {
    try withWorkplace { workplace in
      try workplace.layOutResults()
      let outcome = try Program.run(
        shell: "PATH=/nowhere \"$GANOMALY\" report results/parts.h5 --figures figures", in: workplace.folder)
      #expect(outcome.status == 66)
      #expect(outcome.error.contains("librsvg2-bin"))
      let files = workplace.files().filter { $0.hasPrefix("figures/") }
      #expect(!files.isEmpty && files.allSatisfy { $0.hasSuffix(".svg") })
    }
  }
}
