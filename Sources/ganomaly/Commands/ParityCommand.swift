import ArgumentParser
import Diagnostics
import HDF5
import Kernels
import Parity
import Results
import Settings

struct ParityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parity",
    abstract: "Check training steps against the original's recorded numbers.",
    discussion: """
      A golden file holds initial weights, batches and five training steps of the original in float64. Prints each \
      quantity's error, bound and verdict, with torch's own float32 error beside it. Where a quantity exceeds its \
      bound, the steps are repeated from weights moved by a few rounding errors: if rounding alone moves it beyond \
      the bound, as where a sign flips at a ReLU, there is no verdict. The exit status is 1 if any verdict fails.
      """)

  @Argument(help: "Golden files, such as A.h5.", completion: .file(extensions: ["h5"]))
  var files: [String]

  @Flag(name: .shortAndLong, help: "Print only the largest error of each group, and failures.")
  var quiet = false

  @Option(name: .long, help: "What computes the networks: cpu or opencl.")
  var engine = ComputeEngine.cpu

  @OptionGroup var compute: ComputeOptions

  func run() throws {
    compute.warnOfTooManyThreads()
    let engine = try compute.engine(engine)
    var failed = false
    for file in files {
      let report = try report(on: file, engine)
      try Terminal.write(ParityText.render(report, quiet: quiet))
      failed = failed || !report.passed
    }
    if failed { throw ExitCode(1) }
  }

  private func report(on file: String, _ engine: (any Engine)?) throws -> ParityReport {
    let remedy = "give a golden file, such as Tests/ParityTests/Fixtures/A.h5"
    do {
      return try checkParity(with: file, context: compute.context(), engine: engine)
    } catch let error as HDF5Error {
      throw Problem(error).hinting(remedy)
    } catch let problem as Problem {
      throw problem.hinting(remedy)
    }
  }
}
