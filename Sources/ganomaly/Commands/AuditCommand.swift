import ArgumentParser
import Reports

struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Print what each hidden choice of a protocol is worth.",
    discussion: """
      One table of one or several experiments: AUROC as they have it, and by how much it moves when one choice alone is \
      another. Score, pass and epoch are read off one training; other choices are those of `sweep: {one_by_one: …}`.
      """)

  @Argument(
    help: "Summary files (results/audit-mnist.h5) or specs (experiments/audit/mnist.yaml).",
    completion: .file(extensions: ["h5", "yaml"]))
  var sources: [String]

  @Option(name: .long, help: "How to write it.")
  var format = TableFormat.text

  @OptionGroup var resultsOptions: ResultsOptions

  func run() throws {
    let paths = try sources.map { try resultsOptions.summaryPath(of: $0) }
    try format.write(AuditTable(summaries: paths))
  }
}
