import ArgumentParser
import Reports
import Results
import Specs

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Print an experiment's results beside the published values.",
    discussion: """
      For each class: our mean over seeds with a 95 % interval, the published value with its certainty, the difference \
      and a verdict by the rule that stands below the table. Published values are never mixed with ours.
      """)

  @OptionGroup var source: SummaryArgument

  @Option(name: .long, help: "How to write it.")
  var format = TableFormat.text

  @Option(
    name: .long,
    help: "Which measure: \(PublishedMetric.allCases.map(\.rawValue).joined(separator: ", ")).")
  var measure = PublishedMetric.auroc

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Published values: a file, or a folder of files. The folder `published` beside the spec if absent.",
      valueName: "path"),
    completion: .file(extensions: ["yaml"]))
  var published: [String] = []

  @Flag(
    name: .long,
    help: "Show published values also where the data are not the published ones, as their content tells.")
  var otherData = false

  func run() throws {
    let path = try source.path()
    let summary = try Summary.read(from: path)
    let tables = try PublishedTable.find(options: published, besideSpec: source.specPath(summary))
    try format.write(Comparison(summary, at: path, metric: measure, published: tables, otherData: otherData))
  }
}

extension PublishedMetric: ExpressibleByArgument {}
