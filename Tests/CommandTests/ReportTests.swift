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

  @Test("writes the tables as Markdown too, with the published values, the evaluations and the cost")
  func markdown() throws {
    try withWorkplace { workplace in
      try workplace.layOutResults()
      let outcome = try workplace.run("report", "parts.yaml", "--markdown")
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(outcome.output == "results/parts.md\n")
      let page = try String(contentsOfFile: workplace.path("results/parts.md"), encoding: .utf8)
      #expect(page.hasPrefix("# parts\n"))
      let table = try workplace.run("table", "parts.yaml", "--format", "markdown").output
      #expect(page.contains(table))
      #expect(
        page.contains(
          try workplace.run("table", "parts.yaml", "--evaluations", "--format", "markdown").output))
      #expect(page.contains("**Seconds of all runs together**") && page.contains("| commit "))
      let refused = try workplace.run("report", "parts.yaml", "--markdown", "--tsne")
      #expect(refused.status == 64)
    }
  }

  @Test("keeps t-SNE in the summary, and `run` afterwards keeps it too")
  func embeddings() throws {
    try withWorkplace { workplace in
      try workplace.layOutResults()
      let outcome = try workplace.run("report", "parts.yaml", "--tsne")
      #expect(outcome.status == 0, "\(outcome.error)")
      let page = workplace.path("results/parts.html")
      let first = try String(contentsOfFile: page, encoding: .utf8)
      #expect(first.contains("t-SNE"))
      #expect(try workplace.run("run", "parts.yaml", "--threads", "1").status == 0)
      #expect(try workplace.run("report", "parts.yaml").status == 0)
      #expect(try String(contentsOfFile: page, encoding: .utf8) == first)
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

@Suite("A watched table")
struct WatchTests {
  @Test("waits for results, is printed after every change, and ends when nothing is missing")
  func watch() throws {
    try withWorkplace { workplace in
      let finished = try workplace.layOutResults()
      let summary = workplace.path("results/parts.h5")
      try FileManager.default.removeItem(atPath: summary)
      let watching = try Program.start(["table", "parts.yaml", "--watch"], in: workplace.folder)
      let deadline = ContinuousClock.now + .seconds(Program.timeLimit)
      while !watching.error.contains("Waiting for results/parts.h5."), .now < deadline { usleep(20_000) }
      #expect(watching.isRunning)
      try Data(finished.summary).write(to: URL(fileURLWithPath: summary), options: .atomic)
      let outcome = try watching.outcome()
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(outcome.output == (try workplace.run("table", "parts.yaml").output))
    }
  }
}

@Suite("Event files of a run")
struct EventFileTests {
  @Test("a run writes a folder for each run, of one process or of several jobs", arguments: [1, 2])
  func eventFiles(jobs: Int) throws {
    try withWorkplace { workplace in
      try workplace.layOutImages()
      let outcome = try workplace.run(
        "run", "parts.yaml", "--threads", "1", "--jobs", "\(jobs)", "--tensorboard", "board")
      #expect(outcome.status == 0, "\(outcome.error)")
      let files = workplace.files().filter { $0.contains("events.out.tfevents.") }
      #expect(files.count == 2)
      #expect(Set(files.map { $0.split(separator: "/")[1] }).count == 2)
      for file in files {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: workplace.path(file)))
        for tag in ["brain.Event:2", "loss/generator", "reconstructions", "scores/anomalous", "session_end"] {
          #expect(bytes.range(of: Data(tag.utf8)) != nil, "\(tag)")
        }
      }
    }
  }

  @Test("does not change a run's numbers")
  func sameNumbers() throws {
    try withWorkplace { workplace in
      let finished = try workplace.layOutResults()
      try workplace.remove("results")
      let outcome = try workplace.run("run", "parts.yaml", "--threads", "1", "--tensorboard", "board")
      #expect(outcome.status == 0, "\(outcome.error)")
      let table = try workplace.run("table", "parts.yaml", "--format", "csv").output
      try workplace.write(finished.summary, to: "before.h5")
      #expect(try workplace.run("table", "before.h5", "--format", "csv").output == table)
    }
  }

  @Test("a folder that cannot be made ends the run with a word")
  func refusal() throws {
    try withWorkplace { workplace in
      try workplace.layOutImages()
      let outcome = try workplace.run("run", "parts.yaml", "--threads", "1", "--tensorboard", "parts.yaml/b")
      #expect(outcome.status == 74)
      #expect(outcome.error.contains("parts.yaml: the folder cannot be created"))
    }
  }
}
