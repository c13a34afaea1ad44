import ArgumentParser
import Diagnostics
import Foundation
import HDF5
import Kernels
import Results
import Runner
import Specs

/// `ganomaly`: from a spec file to an AUC table.
@main
struct Ganomaly: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ganomaly",
    abstract: "Reproducible GANomaly experiments, from a spec to an AUC table.",
    version: "ganomaly \(BuildInformation.shortDescription)",
    subcommands: [ReadThroughCommand.self],
    groupedSubcommands: [
      CommandGroup(
        name: "Experiment",
        subcommands: [
          ListCommand.self, InitCommand.self, ValidateCommand.self, SchemaCommand.self, DataCommand.self,
        ]),
      CommandGroup(
        name: "Run",
        subcommands: [
          RunCommand.self, PlanCommand.self, StatusCommand.self, SubmitCommand.self, CollectCommand.self,
          CleanCommand.self,
        ]),
      CommandGroup(
        name: "Result",
        subcommands: [
          TableCommand.self, CompareCommand.self, RankCommand.self, AuditCommand.self,
          DetectorComparisonCommand.self, ReportCommand.self, ScoreCommand.self, ExportCommand.self,
          ImportCommand.self,
        ]),
      CommandGroup(
        name: "Check",
        subcommands: [ParityCommand.self, BenchCommand.self, DevicesCommand.self, VerifyCommand.self]),
    ])

  /// The next steps, for users who run the program without a command.
  private static let firstSteps = """
    ganomaly reproduces GANomaly experiments: a spec in, an AUC table out. First steps:

      ganomaly run quickstart       train on digits that are part of the program, about a minute
      ganomaly list                 every experiment: what it shows, what it costs, what is done
      ganomaly table mnist          results so far; `compare mnist` for the published values
      ganomaly init mine            write your own spec; --folder DIR for your own images
      ganomaly help                 all commands
    """

  func run() throws { try Terminal.write(Self.firstSteps) }

  /// Runs the command. A problem that the user can solve is printed in one sentence and determines the exit status.
  static func main() {
    ProcessorCheck.preferNewerMatrixKernels()
    MemoryExhaustion.prepare()
    MemoryExhaustion.handler.withLock {
      $0 = { bytes in
        Terminal.clearLine()
        Terminal.writeError("ganomaly: \(Problem.notEnoughMemory(wanting: bytes))")
      }
    }
    // Makes exceeding a file size limit an error that is reported, like a full disk.
    signal(SIGXFSZ, SIG_IGN)
    ForeignFileTrial.current.withLock {
      $0 = ForeignFileTrial(
        executable: "/proc/self/exe", arguments: [ReadThroughCommand.configuration.commandName ?? ""])
    }
    do {
      try ArgumentCheck.requireText()
      var command = try parseAsRoot()
      try ProcessorCheck.requireSupportedProcessor()
      try command.run()
    } catch let problems as SpecProblems {
      finish(problems.problems.map(\.description), status: problems.exitStatus)
    } catch let problem as Problem {
      finish([problem.description], status: problem.exitStatus)
    } catch let error as HDF5Error {
      let problem = Problem(error)
      finish([problem.description], status: problem.exitStatus)
    } catch let error as CocoaError {
      finish([systemReason(error)], status: Problem.Kind.inputOutput.rawValue)
    } catch {
      exit(withError: error)
    }
  }

  private static func finish(_ messages: [String], status: Int32) -> Never {
    Terminal.clearLine()
    for message in messages { Terminal.writeError("ganomaly: \(message)") }
    Foundation.exit(status)
  }
}
