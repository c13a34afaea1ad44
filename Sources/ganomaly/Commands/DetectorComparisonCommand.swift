import ArgumentParser
import Reports

struct DetectorComparisonCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "paired",
    abstract: "Compare detectors of an experiment on the same test images.",
    discussion: """
      The first detector against each of the others, from the stored scores: for every class and seed the difference of \
      the areas under the ROC curve, DeLong's test of it, and 95 % intervals by DeLong and by the bootstrap; then the \
      paired t test over seeds and over classes. Detectors that were tested on different numbers of images are compared \
      on those that they share.
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, markdown, csv, json }

  @OptionGroup var source: SummaryArgument

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "Names as in the table, the first against the others. (default: all, in the table's order)",
      valueName: "name"))
  var detectors: [String] = []

  @Option(name: .long, help: "Replicates of the bootstrap.")
  var replicates = 2000

  @Option(name: .long, help: "Seed of the bootstrap.")
  var seed: UInt64 = 0

  @Option(name: .long, help: "How to write it.")
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
