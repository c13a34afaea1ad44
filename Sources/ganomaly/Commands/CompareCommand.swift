import ArgumentParser
import Reports
import Results
import Specs

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Compare an experiment's AUCs with the published values.",
    discussion: """
      For each class: our mean over seeds with its 95 % interval, the published value with its certainty, the \
      difference, and a verdict by the rule printed below the table.
      """)

  @OptionGroup var source: SummaryArgument

  @Option(name: .long, help: "Output format.")
  var format = TableFormat.text

  @Option(
    name: .long,
    help: "The measure: \(PublishedMetric.allCases.map(\.rawValue).joined(separator: ", ")).")
  var measure = PublishedMetric.auroc

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Published values: a file or a folder of files. (default: `published` beside the spec)",
      valueName: "path"),
    completion: .file(extensions: ["yaml"]))
  var published: [String] = []

  @Flag(
    name: .long,
    help: "Show published values even if the data are not the published data set.")
  var otherData = false

  func run() throws {
    let path = try source.path()
    let summary = try Summary.read(from: path)
    let tables = try PublishedTable.find(options: published, besideSpec: source.specPath(summary))
    try format.write(Comparison(summary, at: path, metric: measure, published: tables, otherData: otherData))
  }
}

extension PublishedMetric: ExpressibleByArgument {}
