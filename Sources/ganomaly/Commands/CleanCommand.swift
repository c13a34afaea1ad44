import ArgumentParser
import Diagnostics
import Foundation
import Runner
import Specs

struct CleanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clean",
    abstract: "List removable files among the results; --yes removes them.",
    discussion: """
      Removable are files of runs that the spec no longer asks for, checkpoints of finished runs, and claims and \
      temporary files of processes that have ended. Summaries are never changed, so the scores of every run in them \
      stay; neither are files in use.
      """)

  @Argument(
    help: "An experiment, by name (mnist) or by the path of its spec (experiments/mnist.yaml).",
    completion: .file(extensions: ["yaml"]))
  var experiment: String?

  @Flag(
    name: .long, help: "Clean every experiment in the results folder; finished runs are kept.")
  var all = false

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Override one value of the spec; repeatable.", valueName: "key.path=value"))
  var overrides: [String] = []

  @Flag(name: .long, help: "Skip the files of an image folder that are not images, as `run` does.")
  var skipUnreadable = false

  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var resultsOptions: ResultsOptions

  @Flag(name: .long, help: "Remove the files listed.")
  var yes = false

  func validate() throws {
    guard (experiment == nil) == all else { throw ValidationError("give either an experiment or --all") }
    if all, !overrides.isEmpty { throw ValidationError("--set needs an experiment") }
  }

  func run() throws {
    let leftovers = try housekeepings().flatMap { try $0.leftovers() }
    let bytes = leftovers.reduce(0) { $0 + $1.bytes }
    for leftover in leftovers {
      if yes { try leftover.remove() }
      try Terminal.write(
        "\(leftover.path)  \(ByteText.of(leftover.bytes))  \(leftover.kind.rawValue): \(leftover.reason)")
    }
    let count = "\(leftovers.count) \(leftovers.count == 1 ? "file" : "files")"
    try Terminal.write(
      leftovers.isEmpty
        ? "Nothing to remove."
        : yes
          ? "\(count) removed, \(ByteText.of(bytes)) freed"
          : "\(count), \(ByteText.of(bytes)); --yes removes them")
  }

  private func housekeepings() throws -> [Housekeeping] {
    guard let experiment else {
      return try Housekeeping.experiments(in: resultsOptions.results).map {
        try Housekeeping(results: resultsOptions.results, experiment: $0)
      }
    }
    return [
      try Housekeeping(
        ExperimentOptions.plan(
          spec: SpecLibrary.standard.path(of: experiment), overrides: overrides,
          skipUnreadable: skipUnreadable, data: dataOptions,
          results: resultsOptions))
    ]
  }
}

/// Human-readable sizes.
enum ByteText {
  /// A size such as `1.2 MB`, in powers of 1000.
  static func of(_ bytes: Int) -> String {
    let units = ["B", "kB", "MB", "GB", "TB"]
    var value = Double(bytes)
    var unit = 0
    while value >= 1000, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    return unit == 0 ? "\(bytes) B" : String(format: "%.1f ", value) + units[unit]
  }
}
