import ArgumentParser
import Reports

struct DetectorComparisonCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "paired",
    abstract: "Compare detectors of an experiment by paired tests on the same images.",
    discussion: """
      Compares the first detector with each of the others, from stored scores. For every class and seed: the \
      difference in AUROC, DeLong's test, and 95 % intervals by DeLong and by the bootstrap; then paired t tests over \
      seeds and over classes. Detectors tested on different subsets are compared on the images they share.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, markdown, csv, json }

  @OptionGroup var source: SummaryArgument

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "Detectors as the table names them; the first is compared with the others. (default: all)",
      valueName: "name"))
  var detectors: [String] = []

  @Option(name: .long, help: "Bootstrap replicates.")
  var replicates = 2000

  @Option(name: .long, help: "Bootstrap seed.")
  var seed: UInt64 = 0

  @Option(name: .long, help: "Output format.")
  var format = Format.text

  func validate() throws {
    guard (1...1_000_000).contains(replicates) else {
      throw ValidationError("--replicates \(replicates): give a number from 1 to 1000000")
    }
  }

  func run() throws {
    let comparison = try DetectorComparison(
      summary: source.path(), detectors: detectors, replicates: replicates, seed: seed)
    switch format {
    case .text: try Terminal.write(comparison.text)
    case .markdown: try Terminal.write(comparison.markdown)
    case .csv: try Terminal.write(comparison.csv)
    case .json: try Terminal.write(comparison.json)
    }
  }
}
