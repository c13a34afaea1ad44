import ArgumentParser
import Diagnostics
import Reports
import Results

struct TableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "table", abstract: "Print the AUC table of an experiment.")

  @OptionGroup var summary: SummaryArgument

  @Option(name: .long, help: "Output format.")
  var format = TableFormat.text

  @Option(name: .long, help: "The measure: \(Measures.all.map(\.name).joined(separator: ", ")).")
  var measure = Measures.all[0].name

  @Flag(
    name: .long,
    help:
      "Print AUROC for every evaluation: each score and pass, at each choice of the epoch.")
  var evaluations = false

  @Flag(
    name: .long, help: "Reprint whenever the results change, until nothing is missing or Ctrl-C.")
  var watch = false

  func validate() throws {
    let names = Measures.all.map(\.name)
    if !names.contains(measure) {
      throw ValidationError("no measure '\(measure)'; there are \(names.joined(separator: ", "))")
    }
    if evaluations, measure != names[0] { throw ValidationError("--evaluations reports \(names[0]) only") }
  }

  func run() throws {
    let path = try summary.path()
    if watch { try SummaryWatch(path: path)(show) } else { _ = try show(path) }
  }

  /// - Returns: whether the table is complete.
  private func show(_ path: String) throws -> Bool {
    let summary = try Summary.read(from: path)
    try format.write(evaluations ? evaluationsTable(summary, path) : summary.table(measure: measure))
    return summary.isComplete
  }

  private func evaluationsTable(_ summary: Summary, _ path: String) throws -> EvaluationsTable {
    let evaluations = try SummaryEvaluations.read(from: path)
    guard !evaluations.areas.isEmpty else { throw Problem.nothingEvaluated(at: path, summary.experiment) }
    return EvaluationsTable(summary, evaluations)
  }
}
