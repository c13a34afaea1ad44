import ArgumentParser
import Reports
import Results
import Specs

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write the results of an experiment as one HTML page with figures.",
    discussion: """
      The page needs no network, no script and nothing beside it. All that it shows is in the experiment's summary; \
      nothing is trained again.
      """)

  @OptionGroup var source: SummaryArgument

  @Option(
    name: .shortAndLong, help: "The page. Without it, the summary's name with .html.",
    completion: .file(extensions: ["html"]))
  var output: String?

  @Option(
    name: .long, help: "Also writes every figure into this folder, as SVG and as PNG.", completion: .directory
  )
  var figures: String?

  @Flag(
    name: .long,
    help: "Also embed the features by t-SNE: some seconds for each class, once; the summary keeps the result."
  )
  var tsne = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Published values: a file, or a folder of files. The folder `published` beside the spec, if there is one.",
      valueName: "path"),
    completion: .file(extensions: ["yaml"]))
  var published: [String] = []

  func run() throws {
    let summary = try source.path()
    if tsne {
      try FeatureEmbedding.keep(in: summary) { place, count in
        if Terminal.isInteractive { Terminal.overwriteLine("t-SNE of the features, \(place) of \(count)") }
      }
      Terminal.clearLine()
    }
    let contents = try SummaryContents(path: summary)
    let report = try Report(contents, references: references(contents.summary, path: summary))
    let page = output ?? (summary.hasSuffix(".h5") ? String(summary.dropLast(3)) : summary) + ".html"
    try report.writePage(to: page)
    try Terminal.write(page)
    if let figures {
      try report.writeFigures(to: figures)
      try Terminal.write("\(figures): \(report.figures.count) figures")
    }
  }

  /// Without the option, a folder that is not there is none.
  private func references(_ summary: Summary, path: String) throws -> [Report.Reference] {
    let spec = source.specPath(summary)
    let tables: [PublishedTable]
    do {
      tables = try PublishedTable.find(options: published, besideSpec: spec)
    } catch {
      guard published.isEmpty, error.problems.allSatisfy({ $0.kind == .missingInput }) else { throw error }
      return []
    }
    return try Report.Reference.published(in: tables, of: summary, path: path)
  }
}
