import ArgumentParser
import Reports
import Results

struct TableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "table", abstract: "Print the table of an experiment's results.")

  enum Format: String, ExpressibleByArgument, CaseIterable { case text, markdown, csv, json, latex }

  @OptionGroup var summaryOptions: SummaryOptions

  @Option(name: .long, help: "How to write it.")
  var format = Format.text

  @Option(name: .long, help: "Which measure: \(Measures.all.map(\.name).joined(separator: ", ")).")
  var measure = Measures.all[0].name

  func validate() throws {
    let names = Measures.all.map(\.name)
    if !names.contains(measure) {
      throw ValidationError("no measure '\(measure)'; there are \(names.joined(separator: ", "))")
    }
  }

  func run() throws {
    let table = try Summary.read(from: summaryOptions.path()).table(measure: measure)
    switch format {
    case .text: try Terminal.write(table.text(width: Terminal.width()))
    case .markdown: try Terminal.write(table.markdown)
    case .csv: try Terminal.write(table.csv)
    case .json: try Terminal.write(table.json)
    case .latex: try Terminal.write(table.latex)
    }
  }
}
