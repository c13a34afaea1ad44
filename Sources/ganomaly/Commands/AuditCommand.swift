import ArgumentParser
import Reports

struct AuditCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Print what each hidden choice of a protocol is worth.",
    discussion: """
      One table for all experiments given: their AUROC, and how far it moves when a single choice changes. Score, pass \
      and epoch are evaluated on the same training; the other choices come from `sweep: {one_by_one: …}`.
      """)

  @OptionGroup var summaries: SummaryArguments

  @Option(name: .long, help: "Output format.")
  var format = TableFormat.text

  func run() throws { try format.write(AuditTable(summaries: summaries.paths())) }
}
