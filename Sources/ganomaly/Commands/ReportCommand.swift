import ArgumentParser
import Reports
import Results

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write the results of an experiment as one HTML page with figures.",
    discussion: """
      The page needs no network, no script and nothing beside it. All that it shows is in the experiment's summary; \
      nothing is trained again.
      """)

  @OptionGroup var summaryOptions: SummaryOptions

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

  func run() throws {
    let summary = try summaryOptions.path()
    if tsne {
      try FeatureEmbedding.keep(in: summary) { place, count in
        if Terminal.isInteractive { Terminal.overwriteLine("t-SNE of the features, \(place) of \(count)") }
      }
      Terminal.clearLine()
    }
    let report = try Report(SummaryContents(path: summary))
    let page = output ?? (summary.hasSuffix(".h5") ? String(summary.dropLast(3)) : summary) + ".html"
    try report.writePage(to: page)
    try Terminal.write(page)
    if let figures {
      try report.writeFigures(to: figures)
      try Terminal.write("\(figures): \(report.figures.count) figures")
    }
  }
}
