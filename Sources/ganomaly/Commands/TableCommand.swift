import ArgumentParser
import Reports
import Results

struct TableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "table", abstract: "Print the table of an experiment's results.")

  @OptionGroup var source: SummaryArgument

  @Option(name: .long, help: "How to write it.")
  var format = TableFormat.text

  @Option(name: .long, help: "Which measure: \(Measures.all.map(\.name).joined(separator: ", ")).")
  var measure = Measures.all[0].name

  @Flag(
    name: .long,
    help:
      "AUROC of every evaluation of the trainings: each score and pass, at each choice of the epoch.")
  var evaluations = false

  @Flag(
    name: .long, help: "Print it anew whenever the results change, until nothing is missing; Ctrl-C ends it.")
  var watch = false

  func validate() throws {
    let names = Measures.all.map(\.name)
    if !names.contains(measure) {
      throw ValidationError("no measure '\(measure)'; there are \(names.joined(separator: ", "))")
    }
    if evaluations, measure != names[0] { throw ValidationError("--evaluations are of \(names[0]) alone") }
  }

  func run() throws {
    let path = try source.path()
    if watch { try SummaryWatch(path: path)(show) } else { _ = try show(path) }
  }

  /// - Returns: whether the table has every value.
  private func show(_ path: String) throws -> Bool {
    let summary = try Summary.read(from: path)
    try format.write(
      evaluations
        ? EvaluationsTable(summary, SummaryEvaluations.read(from: path)) : summary.table(measure: measure)
    )
    return summary.isComplete
  }
}
