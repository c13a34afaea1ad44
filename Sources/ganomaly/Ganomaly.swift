import ArgumentParser
import Diagnostics
import Foundation
import HDF5
import Results
import Specs

/// `ganomaly`: from a spec file to an AUC table.
@main
struct Ganomaly: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ganomaly",
    abstract: "Reproducible GANomaly experiments: from a spec file to an AUC table.",
    version: "ganomaly \(BuildInformation.shortDescription)",
    subcommands: [
      RunCommand.self, PlanCommand.self, SubmitCommand.self, StatusCommand.self, CollectCommand.self,
      CleanCommand.self,
      ValidateCommand.self, TableCommand.self, CompareCommand.self, DetectorComparisonCommand.self,
      AuditCommand.self, RankCommand.self, ReportCommand.self, ScoreCommand.self, DataCommand.self,
      ParityCommand.self,
      BenchCommand.self, DevicesCommand.self, SchemaCommand.self,
    ])

  /// Runs the command; what a user caused is printed in one sentence, and decides the exit status.
  static func main() {
    ProcessorCheck.preferNewerMatrixKernels()
    // A file that grows beyond a limit is then an error that is told, as on a full disk.
    signal(SIGXFSZ, SIG_IGN)
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
