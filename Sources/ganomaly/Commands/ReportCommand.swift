import ArgumentParser
import Reports
import Results
import Specs

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write the results of an experiment as one page: HTML with figures, or Markdown with tables.",
    discussion: """
      The page needs no network, no script and nothing beside it. All that it shows is in the experiment's summary; \
      nothing is trained again.
      """)

  @OptionGroup var source: SummaryArgument

  @Option(
    name: .shortAndLong, help: "The page. Without it, the summary's name with .html or .md.",
    completion: .file(extensions: ["html", "md"]))
  var output: String?

  @Flag(name: .long, help: "Write the tables alone, as Markdown: a page to commit beside the summary.")
  var markdown = false

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

  func validate() throws {
    if markdown, tsne || figures != nil {
      throw ValidationError("a Markdown page has tables alone: leave out --tsne and --figures")
    }
  }

  func run() throws {
    let summary = try source.path()
    if markdown { return try writeMarkdown(summary) }
    if tsne {
      try FeatureEmbedding.keep(in: summary) { place, count in
        if Terminal.isInteractive { Terminal.overwriteLine("t-SNE of the features, \(place) of \(count)") }
      }
      Terminal.clearLine()
    }
    let contents = try SummaryContents(path: summary)
    let published = try publishedTables(contents.summary)
    let references = try Report.Reference.published(in: published, of: contents.summary, path: summary)
    let report = try Report(
      contents, references: references, ranking: Ranking.ifPublished(summary, published: published))
    let page = page(of: summary, ending: ".html")
    try report.writePage(to: page)
    try Terminal.write(page)
    if let figures {
      try report.writeFigures(to: figures)
      try Terminal.write("\(figures): \(report.figures.count) figures")
    }
  }

  private func writeMarkdown(_ summary: String) throws {
    let contents = try SummaryContents(path: summary)
    let tables = try ResultsPage(contents, published: publishedTables(contents.summary))
    let page = page(of: summary, ending: ".md")
    try tables.write(to: page)
    try Terminal.write(page)
  }

  private func page(of summary: String, ending: String) -> String {
    output ?? (summary.hasSuffix(".h5") ? String(summary.dropLast(3)) : summary) + ending
  }

  /// Without the option, a folder that is not there is none.
  private func publishedTables(_ summary: Summary) throws -> [PublishedTable] {
    do {
      return try PublishedTable.find(options: published, besideSpec: source.specPath(summary))
    } catch {
      guard published.isEmpty, error.problems.allSatisfy({ $0.kind == .missingInput }) else { throw error }
      return []
    }
  }
}
