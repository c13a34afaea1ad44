import ArgumentParser
import Runner

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Print what would run and what is done.")

  @OptionGroup var experiment: ExperimentOptions

  @Flag(name: .long, help: "List every run, however many there are.")
  var all = false

  func run() throws { try Terminal.write(PlanText.render(try experiment.plan(), isComplete: all)) }
}
