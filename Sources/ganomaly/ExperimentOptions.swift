import ArgumentParser
import Datasets
import Foundation
import Kernels
import Runner
import Settings
import Specs

/// An experiment, with overrides of its values.
struct SpecOptions: ParsableArguments {
  @Argument(
    help: "An experiment, by name (mnist) or by the path of its spec (experiments/mnist.yaml).",
    completion: .file(extensions: ["yaml"]))
  var experiment: String

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Override one value of the spec, such as detector.width=16; repeatable.",
      valueName: "key.path=value"))
  var overrides: [String] = []

  @Option(name: .long, help: "The engine that computes networks: cpu or opencl; short for --set engine=….")
  var engine: ComputeEngine?

  /// The values of `--set` and of options that are short for it.
  var allOverrides: [String] { overrides + (engine.map { ["engine=\($0.rawValue)"] } ?? []) }

  /// The path of the spec.
  func path() throws -> String { try SpecLibrary.standard.path(of: experiment) }

  func load() throws -> Experiment { try Experiment.load(path: path(), overrides: allOverrides) }
}

/// Where to search for data sets.
struct DataOptions: ParsableArguments {
  @Option(
    name: .long,
    help: "Folder of the data sets, searched before $GANOMALY_DATA, data/ and /usr/share/datasets.",
    completion: .directory)
  var data: String?

  var search: DataSearchPath { DataSearchPath(option: data) }
}

/// Where to store results.
struct ResultsOptions: ParsableArguments {
  @Option(name: .long, help: "Folder of the results.", completion: .directory)
  var results = "results"
}

/// What commands such as `run` and `plan` share: everything that determines which runs there are.
struct ExperimentOptions: ParsableArguments {
  @OptionGroup var specOptions: SpecOptions
  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var resultsOptions: ResultsOptions

  @Flag(name: .long, help: "Skip the files of an image folder that are not images, and list them.")
  var skipUnreadable = false

  /// The same options as arguments for another process.
  var arguments: [String] {
    var arguments = [specOptions.experiment]
    for value in specOptions.allOverrides { arguments += ["--set", value] }
    if let data = dataOptions.data { arguments += ["--data", data] }
    arguments += ["--results", resultsOptions.results]
    if skipUnreadable { arguments.append("--skip-unreadable") }
    return arguments
  }

  /// - Parameters:
  ///   - isQuiet: whether to omit warnings about the data.
  ///   - kernels: for convolutions; the reference kernels give other bits, and so other runs.
  ///   - mostRungs: the most rungs of successive halving to plan; nil for all that results have decided.
  func plan(isQuiet: Bool = false, kernels: KernelSet = .fast, mostRungs: Int? = nil) throws -> Plan {
    let plan = try Self.plan(
      spec: specOptions.path(), overrides: specOptions.allOverrides, skipUnreadable: skipUnreadable,
      data: dataOptions, results: resultsOptions, kernels: kernels, mostRungs: mostRungs)
    if !isQuiet { Self.warn(of: plan.dataset) }
    return plan
  }

  /// Warns about anything in the data that readers of the results must know.
  private static func warn(of dataset: Dataset) {
    if let deviation = dataset.deviation {
      Terminal.writeError(
        "ganomaly: warning: these data are not the published \(dataset.title): \(deviation)")
    }
    if dataset.repeatedTestImages > 0 {
      let (count, isOne) = (dataset.repeatedTestImages, dataset.repeatedTestImages == 1)
      Terminal.writeError(
        "ganomaly: warning: \(count) \(isOne ? "image" : "images") of \(dataset.title)'s test part "
          + "\(isOne ? "equals" : "equal") an image of its train part")
    }
    if !dataset.skippedFiles.isEmpty { SkippedText.write(dataset.skippedFiles) }
  }

  static func plan(
    spec: String, overrides: [String], skipUnreadable: Bool, data: DataOptions, results: ResultsOptions,
    kernels: KernelSet = .fast, mostRungs: Int? = nil
  ) throws -> Plan {
    var experiment = try Experiment.load(path: spec, overrides: overrides)
    if skipUnreadable { experiment.dataset.skipUnreadable = true }
    experiment.kernels = kernels.rawValue
    return try Plan(experiment, data: data.search, results: results.results, mostRungs: mostRungs)
  }
}
