import ArgumentParser
import Reports
import Results
import Specs

struct TableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "table", abstract: "Print the table of an experiment's results.")

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, markdown, csv, json, latex }

  @Argument(
    help: "A summary file (results/mnist.h5) or a spec (experiments/mnist.yaml).",
    completion: .file(extensions: ["h5", "yaml"]))
  var source: String

  @Option(name: .long, help: "How to write it.")
  var format = Format.text

  @Option(name: .long, help: "Which measure: \(Measures.all.map(\.name).joined(separator: ", ")).")
  var measure = Measures.all[0].name

  @OptionGroup var resultsOptions: ResultsOptions

  func validate() throws {
    let names = Measures.all.map(\.name)
    if !names.contains(measure) {
      throw ValidationError("no measure '\(measure)'; there are \(names.joined(separator: ", "))")
    }
  }

  func run() throws {
    let table = try Summary.read(from: try path()).table(measure: measure)
    switch format {
    case .text: try Terminal.write(table.text(width: Terminal.width()))
    case .markdown: try Terminal.write(table.markdown)
    case .csv: try Terminal.write(table.csv)
    case .json: try Terminal.write(table.json)
    case .latex: try Terminal.write(table.latex)
    }
  }

  private func path() throws -> String {
    guard source.hasSuffix(".yaml") || source.hasSuffix(".yml") else { return source }
    let experiment = try Experiment.load(path: source)
    return SummaryFile.path(results: resultsOptions.results, experiment: experiment.name)
  }
}
