import ArgumentParser
import Diagnostics
import Reports
import Results
import Specs

struct RankCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rank",
    abstract: "Rank all evaluations of experiments by their distance from the published values.",
    discussion: """
      A candidate is one configuration, pass, score and choice of epoch (the last, the best on the test set, each single \
      one, the mean of the last three). Its distance is the mean absolute difference from the published values over \
      classes. The experiments' own evaluations come first, then the nearest candidates, and how near the best of so \
      many comes by chance. Each data set has its ranking; protocols common to several are also ranked by their mean.
      """)

  @OptionGroup var summaries: SummaryArguments

  @Option(name: .long, help: "Output format.")
  var format = TableFormat.text

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Candidates to show for each data set. (default: \(Ranking.usuallyShown); all in CSV and JSON)",
      valueName: "n"))
  var top: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Published values: a file or a folder of files. (default: `published` beside the spec)",
      valueName: "path"),
    completion: .file(extensions: ["yaml"]))
  var published: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The published method to compare with. (default: the first of the experiment's detectors)",
      valueName: "name"))
  var method: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Also draw bars by class: published, own, nearest and clean protocol. SVG or PNG.",
      valueName: "file"),
    completion: .file(extensions: ["svg", "png"]))
  var figure: String?

  func validate() throws {
    if let top, top < 1 { throw ValidationError("--top \(top): give a number from 1") }
    if let figure, !["svg", "png"].contains(where: { figure.lowercased().hasSuffix(".\($0)") }) {
      throw ValidationError("--figure \(figure): give a file that ends in .svg or .png")
    }
  }

  func run() throws {
    if let figure { try OutputFile.require(figure, option: "--figure") }
    let paths = try summaries.paths()
    for path in paths {
      guard let deviation = try Summary.read(from: path).dataDeviation else { continue }
      throw Problem(
        .badData, at: path, "its data are not the published data set: \(deviation)",
        hint: "omit it: published values do not apply")
    }
    let tables = try publishedTables(paths)
    var ranking = try Ranking(summaries: paths, published: tables, method: method)
    ranking.shown = top ?? (format == .csv || format == .json ? nil : Ranking.usuallyShown)
    try format.write(ranking)
    if let figure { try ranking.figure.write(to: figure) }
  }

  /// The tables of `--published`, or those beside the first experiment's spec.
  private func publishedTables(_ paths: [String]) throws -> [PublishedTable] {
    guard let source = summaries.experiments.first, let path = paths.first else { return [] }
    let spec = try ExperimentSource(source).specPath(Summary.read(from: path))
    return try PublishedTable.find(options: published, besideSpec: spec)
  }
}
