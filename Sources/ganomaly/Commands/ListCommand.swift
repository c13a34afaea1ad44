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
      Done are the runs that RESULTS/EXPERIMENT.h5 holds.
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

  /// Name, finished runs, cost and description; if the spec is wrong, that is reported instead of a description.
  private func row(_ entry: SpecLibrary.Entry) -> [String] {
    do {
      let experiment = try Experiment.load(path: entry.path)
      let cost = experiment.cost.isEmpty ? "?" : experiment.cost
      return [entry.name, try done(experiment), cost, experiment.description]
    } catch {
      return [entry.name, "", "", "cannot be read: `ganomaly validate \(entry.name)` says why"]
    }
  }

  /// Finished and total runs, such as `4/10`; the summary has the finished ones.
  private func done(_ experiment: Experiment) throws -> String {
    let path = SummaryFile.path(results: resultsOptions.results, experiment: experiment.name)
    guard SpecLibrary.isFile(path) else { return "0/\(experiment.runCount)" }
    return "\(try Summary.read(from: path).runCount)/\(experiment.runCount)"
  }
}
