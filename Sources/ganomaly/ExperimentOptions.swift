import ArgumentParser
import Datasets
import Foundation
import Kernels
import Runner
import Settings
import Specs

/// Which experiment.
struct SpecOptions: ParsableArguments {
  @Argument(
    help: "The experiment's spec, such as experiments/mnist.yaml.", completion: .file(extensions: ["yaml"]))
  var spec: String

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Overrides one value of the spec, such as detector.width=16. May be given several times.",
      valueName: "key.path=value"))
  var overrides: [String] = []

  @Option(name: .long, help: "What computes the networks: cpu or opencl; short for --set engine=….")
  var engine: ComputeEngine?

  /// Those of `--set`, and what other options stand for.
  var allOverrides: [String] { overrides + (engine.map { ["engine=\($0.rawValue)"] } ?? []) }

  func experiment() throws -> Experiment { try Experiment.load(path: spec, overrides: allOverrides) }
}

/// Where data are looked for.
struct DataOptions: ParsableArguments {
  @Option(
    name: .long,
    help: "Folder of the data sets; looked in before $GANOMALY_DATA, data/ and the system's folder.",
    completion: .directory)
  var data: String?

  var search: DataSearchPath { DataSearchPath(option: data) }
}

/// Where results are kept.
struct ResultsOptions: ParsableArguments {
  @Option(name: .long, help: "Folder of the results.", completion: .directory)
  var results = "results"
}

/// What `run` and `plan` share: everything that decides which runs there are.
struct ExperimentOptions: ParsableArguments {
  @OptionGroup var specOptions: SpecOptions
  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var resultsOptions: ResultsOptions

  @Flag(name: .long, help: "Skip and count files of an image folder that are no image.")
  var skipUnreadable = false

  /// The same as arguments of another process.
  var arguments: [String] {
    var arguments = [specOptions.spec]
    for value in specOptions.allOverrides { arguments += ["--set", value] }
    if let data = dataOptions.data { arguments += ["--data", data] }
    arguments += ["--results", resultsOptions.results]
    if skipUnreadable { arguments.append("--skip-unreadable") }
    return arguments
  }

  /// - Parameters:
  ///   - isQuiet: whether nothing is said of files that were skipped.
  ///   - kernels: that compute convolutions; the reference ones give other bits, and so other runs.
  ///   - mostRungs: of successive halving; nil for all that results have decided.
  func plan(isQuiet: Bool = false, kernels: KernelSet = .fast, mostRungs: Int? = nil) throws -> Plan {
    let plan = try Self.plan(
      spec: specOptions.spec, overrides: specOptions.allOverrides, skipUnreadable: skipUnreadable,
      data: dataOptions, results: resultsOptions, kernels: kernels, mostRungs: mostRungs)
    if !isQuiet { Self.warn(of: plan.dataset) }
    return plan
  }

  /// Tells what of the data a reader of the numbers must know.
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
    let skipped = dataset.skippedFiles
    if !skipped.isEmpty {
      Terminal.writeError(
        skipped.count == 1
          ? "1 file is no image and was skipped:" : "\(skipped.count) files are no image and were skipped:")
      for file in skipped.prefix(10) { Terminal.writeError("  \(file)") }
      if skipped.count > 10 { Terminal.writeError("  and \(skipped.count - 10) more") }
    }
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
