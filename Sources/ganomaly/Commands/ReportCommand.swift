import ArgumentParser
import Reports
import Results
import Specs

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write an experiment's results as one page: HTML with figures, or Markdown with tables.",
    discussion: """
      The page is self-contained: no network, scripts or other files. Everything in it comes from the experiment's \
      summary; nothing is trained.
      """)

  @OptionGroup var source: SummaryArgument

  @Option(
    name: .shortAndLong, help: "The page; by default beside the summary, as .html or .md.",
    completion: .file(extensions: ["html", "md"]))
  var output: String?

  @Flag(name: .long, help: "Write the tables only, as Markdown: a page to commit beside the summary.")
  var markdown = false

  @Option(
    name: .long, help: "Also write every figure to this folder, as SVG and PNG.", completion: .directory
  )
  var figures: String?

  @Flag(
    name: .long,
    help: "Also embed the features by t-SNE: a few seconds a class, once; the summary stores the result."
  )
  var tsne = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Published values: a file or a folder of files; by default `published` beside the spec, if it exists.",
      valueName: "path"),
    completion: .file(extensions: ["yaml"]))
  var published: [String] = []

  func validate() throws {
    if markdown, tsne || figures != nil {
      throw ValidationError("a Markdown page has tables only: omit --tsne and --figures")
    }
  }

  func run() throws {
    let summary = try source.path()
    let page = page(of: summary)
    try OutputFile.require(page, option: "--output")
    if markdown { return try writeMarkdown(summary, to: page) }
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
    try report.writePage(to: page)
    try Terminal.write(page)
    if let figures {
      try report.writeFigures(to: figures)
      try Terminal.write("\(figures): \(report.figures.count) figures")
    }
  }

  private func writeMarkdown(_ summary: String, to page: String) throws {
    let contents = try SummaryContents(path: summary)
    let tables = try ResultsPage(contents, published: publishedTables(contents.summary))
    try tables.write(to: page)
    try Terminal.write(page)
  }

  private func page(of summary: String) -> String {
    let stem = summary.hasSuffix(".h5") ? String(summary.dropLast(3)) : summary
    return output ?? stem + (markdown ? ".md" : ".html")
  }

  /// Without the option, a missing folder means no tables.
  private func publishedTables(_ summary: Summary) throws -> [PublishedTable] {
    let spec = try source.specPath(summary)
    do {
      return try PublishedTable.find(options: published, besideSpec: spec)
    } catch {
      guard published.isEmpty, error.problems.allSatisfy({ $0.kind == .missingInput }) else { throw error }
      return []
    }
  }
}
