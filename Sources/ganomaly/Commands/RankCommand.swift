import ArgumentParser
import Diagnostics
import Reports
import Results
import Specs

struct RankCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rank",
    abstract: "Rank all evaluations of experiments by how near they come to published values.",
    discussion: """
      A candidate is what one configuration gives in one pass, with one score and one choice of the epoch: the last, the \
      best on the test set, each single one, the mean of the last three. First come the experiments' own evaluations, \
      then all by their mean absolute difference from the published values over classes, and how near the nearest of so \
      many comes by chance. Data sets are ranked apart, and protocols that several have by the mean over them.
      """)

  @Argument(
    help: "Summary files (results/mnist.h5) or specs (experiments/mnist.yaml).",
    completion: .file(extensions: ["h5", "yaml"]))
  var sources: [String]

  @OptionGroup var resultsOptions: ResultsOptions

  @Option(name: .long, help: "How to write it.")
  var format = TableFormat.text

  @Option(
    name: .long,
    help: ArgumentHelp(
      "How many candidates to show of each data set. \(Ranking.usuallyShown) if absent, and all in CSV and JSON.",
      valueName: "n"))
  var top: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Published values: a file, or a folder of files. The folder `published` beside the spec if absent.",
      valueName: "path"),
    completion: .file(extensions: ["yaml"]))
  var published: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The published method, such as GANomaly. The first of a detector of the experiment if absent.",
      valueName: "name"))
  var method: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Also writes bars by class: published, the experiment's own, the nearest, the clean one. SVG or PNG.",
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
    let paths = try sources.map { try resultsOptions.summaryPath(of: $0) }
    for path in paths {
      guard let deviation = try Summary.read(from: path).dataDeviation else { continue }
      throw Problem(
        .badData, at: path, "its data are not the published ones: \(deviation)",
        hint: "published values say nothing beside it: leave it out")
    }
    let tables = try publishedTables(paths)
    var ranking = try Ranking(summaries: paths, published: tables, method: method)
    ranking.shown = top ?? (format == .csv || format == .json ? nil : Ranking.usuallyShown)
    try format.write(ranking)
    if let figure { try ranking.figure.write(to: figure) }
  }

  /// What is named, or lies beside the first experiment's spec.
  private func publishedTables(_ paths: [String]) throws -> [PublishedTable] {
    guard let source = sources.first, let path = paths.first else { return [] }
    let spec = isSpec(source) ? source : try Summary.read(from: path).specPath
    return try PublishedTable.find(options: published, besideSpec: spec)
  }
}
