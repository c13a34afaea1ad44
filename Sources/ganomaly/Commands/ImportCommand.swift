import ArgumentParser
import Foundation
import Kernels
import Results
import Runner
import Specs

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Evaluate weights that were trained elsewhere.",
    discussion: """
      Makes a finished run of a safetensors file: its weights, evaluated on the spec's test set in every way that the \
      spec declares. The spec must be of one run. The result is an experiment of its own, NAME-imported-SHA, so that \
      neither the spec's plan nor its tables take it for a training. Given again with further passes, it adds these. \
      Weights of GANomaly have the names of the original code; experiments/peers/netg_to_safetensors.py converts \
      netG.pth and netD.pth.
      """)

  @Argument(help: "A safetensors file.", completion: .file(extensions: ["safetensors"]))
  var weights: String

  @Option(
    name: .long, help: "The experiment, by name or by the path of its spec.",
    completion: .file(extensions: ["yaml"]))
  var spec: String

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Override one value of the spec, such as held_out=[2]; repeatable.", valueName: "key.path=value"))
  var overrides: [String] = []

  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var resultsOptions: ResultsOptions
  @OptionGroup var compute: ComputeOptions

  func run() throws {
    compute.warnOfTooManyThreads()
    var experiment = try Experiment.load(path: SpecLibrary.standard.path(of: spec), overrides: overrides)
    experiment.kernels = compute.kernels.rawValue
    let (compute, engine) = (compute, experiment.engine)
    StopSignals.receive()
    let imported = try WeightImport(
      weights, as: experiment, data: dataOptions.search, results: resultsOptions.results,
      context: compute.context(), engine: { try compute.engine(engine) },
      stopRequest: { StopSignals.request })
    let record = try imported()
    Terminal.writeError(imported.plan.runs[0].title)
    let lines = record.history.scores.map { score in
      "\(score.label)\t\(String(format: "%.4f", score.last?.auroc ?? .nan))"
    }
    try Terminal.write(([imported.runFile, "evaluation\tAUROC"] + lines).joined(separator: "\n"))
  }
}
