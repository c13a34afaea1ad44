import ArgumentParser
import Diagnostics
import Kernels
import Runner

struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write the trained detector of a run for other programs.",
    discussion: """
      onnx: one file that scores. It takes `images`, float32 (batch, channels, side, side) of bytes 0...255, and gives \
      `scores` (batch) and, where the detector reconstructs images, `reconstructions`. safetensors: the weights, for \
      GANomaly under the names of the original code, with the prefixes netg. and netd. pytorch: the same, and a Python \
      file beside it that scores with them. Scores are the run's headline with running statistics, after its last \
      epoch. Detectors without networks cannot be exported.
      """)

  @Argument(
    help: "A run file, such as results/quickstart/runs/0123456789abcdef.h5.",
    completion: .file(extensions: ["h5"]))
  var runFile: String

  @Option(name: .long, help: "What to write.")
  var format: ExportFormat

  @Option(
    name: .shortAndLong,
    help: "The file to write. (default: the run file's name with the end of the format)", completion: .file())
  var output: String?

  func run() throws {
    let export = try RunExport(runFile: runFile, context: ComputeContext(threads: 1))
    let written = try export.write(format, to: output ?? export.defaultPath(format))
    try Terminal.write(written.joined(separator: "\n"))
    guard format == .pytorch, written.count == 1 else { return }
    Terminal.writeError(
      "ganomaly: note: no Python file is written, since the detector's score is not one pass; load the weights with\n"
        + "  from safetensors.torch import load_file\n  weights = load_file(\"\(written[0])\")")
  }
}

extension ExportFormat: ExpressibleByArgument {}
