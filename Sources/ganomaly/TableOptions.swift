import ArgumentParser
import Reports
import Results
import Specs

/// How a table is written.
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

/// Whose results.
struct SummaryArgument: ParsableArguments {
  @Argument(
    help: "A summary file (results/mnist.h5) or a spec (experiments/mnist.yaml).",
    completion: .file(extensions: ["h5", "yaml"]))
  var source: String

  @OptionGroup var resultsOptions: ResultsOptions

  /// The summary's path.
  func path() throws -> String { try resultsOptions.summaryPath(of: source) }

  /// Where the experiment's spec lies, or lay when the summary was written.
  func specPath(_ summary: Summary) -> String { isSpec(source) ? source : summary.specPath }
}

extension ResultsOptions {
  /// The path of a summary that is named itself or by its experiment's spec.
  func summaryPath(of source: String) throws -> String {
    guard isSpec(source) else { return source }
    return SummaryFile.path(results: results, experiment: try Experiment.load(path: source).name)
  }
}

func isSpec(_ source: String) -> Bool { source.hasSuffix(".yaml") || source.hasSuffix(".yml") }
