import ArgumentParser
import Specs

struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Check a spec and report every mistake with its line.")

  @OptionGroup var options: SpecOptions

  @Flag(name: .long, help: "Print the spec with every value, presets and defaults included.")
  var resolved = false

  func run() throws {
    let experiment = try options.load()
    if resolved {
      try Terminal.write(experiment.resolvedYAML)
    } else {
      func counted(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }
      let configurations =
        experiment.sweep.map { counted($0.configurations.count, "configuration") + ", " }
        ?? (experiment.detectors.isEmpty ? "" : counted(experiment.detectors.count, "detector") + ", ")
      let runs = counted(experiment.runCount, "run")
      try Terminal.write("\(try options.path()): \(experiment.name), \(configurations)\(runs)")
    }
  }
}

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the JSON schema of specs, for editors.")

  func run() throws { try Terminal.write(Experiment.jsonSchema()) }
}
