import ArgumentParser
import Diagnostics
import Foundation
import Reports
import Results
import Specs

struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the experiments: what is done, what they cost, what they show.",
    discussion: """
      Lists the specs in experiments/ and those installed with the program, by the names that every command takes. \
      Done are the runs that it asks for and RESULTS/EXPERIMENT.h5 holds.
      """)

  @OptionGroup var resultsOptions: ResultsOptions

  func run() throws {
    let entries = SpecLibrary.standard.entries()
    if entries.isEmpty {
      throw Problem(
        .missingInput, at: SpecLibrary.standard.folders.joined(separator: ", "), "no spec is there",
        hint: "`ganomaly init NAME` writes one")
    }
    let rows = [["experiment", "done", "cost", "what it shows"]] + entries.map { row($0) }
    let widths = (0..<3).map { column in rows.map { $0[column].count }.max() ?? 0 }
    let width = Terminal.width(fallback: Int.max)
    for row in rows {
      let columns = zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
      let line = (columns + [row[3]]).joined(separator: "  ")
      try Terminal.write(line.count > width ? line.prefix(width - 1) + "…" : line)
    }
  }

  /// Name, finished runs, cost and description; if the spec or the summary is wrong, that is reported instead of a
  /// description.
  private func row(_ entry: SpecLibrary.Entry) -> [String] {
    guard let experiment = try? Experiment.load(path: entry.path) else {
      return [entry.name, "", "", "cannot be read: `ganomaly validate \(entry.name)` says why"]
    }
    let cost = experiment.cost.isEmpty ? "?" : experiment.cost
    let path = SummaryFile.path(results: resultsOptions.results, experiment: experiment.name)
    do {
      let done = SpecLibrary.isFile(path) ? try SummarizedRuns(in: path).count(of: experiment) : 0
      return [entry.name, "\(done)/\(experiment.runCount)", cost, experiment.description]
    } catch {
      return [entry.name, "?/\(experiment.runCount)", cost, "\(error)"]
    }
  }
}
