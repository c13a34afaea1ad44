import ArgumentParser
import Results
import Specs

/// Which experiment's results.
struct SummaryOptions: ParsableArguments {
  @Argument(
    help: "A summary file (results/mnist.h5) or a spec (experiments/mnist.yaml).",
    completion: .file(extensions: ["h5", "yaml"]))
  var source: String

  @OptionGroup var resultsOptions: ResultsOptions

  /// The summary file.
  func path() throws -> String {
    guard source.hasSuffix(".yaml") || source.hasSuffix(".yml") else { return source }
    let experiment = try Experiment.load(path: source)
    return SummaryFile.path(results: resultsOptions.results, experiment: experiment.name)
  }
}
