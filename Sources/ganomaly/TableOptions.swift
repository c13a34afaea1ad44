import ArgumentParser
import Reports
import Results
import Specs

/// The format of a table.
enum TableFormat: String, ExpressibleByArgument, CaseIterable {
  case text, markdown, csv, json, latex

  func write(_ table: any RenderedTable) throws {
    switch self {
    case .text: try Terminal.write(table.text(width: Terminal.width(), bold: Terminal.showsBold))
    case .markdown: try Terminal.write(table.markdown)
    case .csv: try Terminal.write(table.csv)
    case .json: try Terminal.write(table.json)
    case .latex: try Terminal.write(table.latex)
    }
  }
}

/// An experiment whose results are shown.
struct SummaryArgument: ParsableArguments {
  @Argument(
    help:
      "An experiment, by name (mnist) or spec (experiments/mnist.yaml), or its summary (results/mnist.h5).",
    completion: .file(extensions: ["h5", "yaml"]))
  var experiment: String

  @OptionGroup var resultsOptions: ResultsOptions

  /// The summary's path.
  func path() throws -> String {
    try ExperimentSource(experiment).summaryPath(results: resultsOptions.results)
  }

  /// Where the experiment's spec is, or was when the summary was written.
  func specPath(_ summary: Summary) throws -> String { try ExperimentSource(experiment).specPath(summary) }
}

/// Several experiments whose results are shown together.
struct SummaryArguments: ParsableArguments {
  @Argument(
    help:
      "Experiments, by name (mnist) or spec (experiments/mnist.yaml), or their summaries (results/mnist.h5).",
    completion: .file(extensions: ["h5", "yaml"]))
  var experiments: [String]

  @OptionGroup var resultsOptions: ResultsOptions

  /// The summaries' paths.
  func paths() throws -> [String] {
    try experiments.map { try ExperimentSource($0).summaryPath(results: resultsOptions.results) }
  }
}
