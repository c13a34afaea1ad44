import ArgumentParser
import Diagnostics
import Foundation
import Runner

struct CleanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clean",
    abstract: "List what nobody needs any more among the results, and remove it with --yes.",
    discussion: """
      That is, of an experiment: files of runs that its spec no longer asks for, checkpoints of runs that are done, \
      claims and temporary files of processes that have ended. Summaries stay as they are, and with them the scores \
      of every run that they hold; so does whatever a process is at.
      """)

  @Argument(
    help: "The experiment's spec, such as experiments/mnist.yaml.", completion: .file(extensions: ["yaml"]))
  var spec: String?

  @Flag(
    name: .long, help: "Every experiment among the results; without specs, runs that are done all stay.")
  var all = false

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Overrides one value of the spec.", valueName: "key.path=value"))
  var overrides: [String] = []

  @Flag(name: .long, help: "Skip files of an image folder that are no image, as `run` does.")
  var skipUnreadable = false

  @OptionGroup var dataOptions: DataOptions
  @OptionGroup var resultsOptions: ResultsOptions

  @Flag(name: .long, help: "Remove it.")
  var yes = false

  func validate() throws {
    guard (spec == nil) == all else { throw ValidationError("give either a spec or --all") }
    if all, !overrides.isEmpty { throw ValidationError("--set belongs to a spec") }
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
    guard let spec else {
      return try Housekeeping.experiments(in: resultsOptions.results).map {
        try Housekeeping(results: resultsOptions.results, experiment: $0)
      }
    }
    return [
      try Housekeeping(
        ExperimentOptions.plan(
          spec: spec, overrides: overrides, skipUnreadable: skipUnreadable, data: dataOptions,
          results: resultsOptions))
    ]
  }
}

/// Sizes for people.
enum ByteText {
  /// As in `1.2 MB`, in powers of a thousand.
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
