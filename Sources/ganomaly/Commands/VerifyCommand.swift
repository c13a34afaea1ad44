import ArgumentParser
import Diagnostics
import Results

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check that every result file is what was written.",
    discussion: """
      Compares summaries, runs, weights and checkpoints with their checksums and reads them to their ends. Names the \
      damaged ones and those without a checksum, as earlier versions wrote them. Exit status 65 when one is damaged.
      """)

  @Argument(help: "The folder of the results.", completion: .directory)
  var results = "results"

  func run() throws {
    var (intact, unsealed, damaged) = (0, 0, 0)
    for path in try FileVerification.paths(in: results) {
      switch FileVerification.verdict(of: path) {
      case .intact: intact += 1
      case .unsealed:
        unsealed += 1
        try Terminal.write("\(path): has no checksum, and can be read")
      case .damaged(let problem):
        damaged += 1
        try Terminal.write("\(problem)")
      }
    }
    try Terminal.write("\(intact) intact, \(unsealed) without a checksum, \(damaged) damaged")
    if damaged > 0 { throw ExitCode(Problem.Kind.badData.rawValue) }
  }
}
