import ArgumentParser
import Diagnostics
import Foundation
import HDF5

/// `ganomaly`: from a spec file to an AUC table.
@main
struct Ganomaly: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ganomaly",
    abstract: "Reproducible GANomaly experiments: from a spec file to an AUC table.",
    version: "dev",
    subcommands: [ParityCommand.self])
}
