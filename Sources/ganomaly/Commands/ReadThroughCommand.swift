import ArgumentParser
import HDF5

/// Run by this program on a file that it has not sealed, before opening the file itself.
struct ReadThroughCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "read-through",
    abstract: "Read an HDF5 file to its end, within limits of time and memory.",
    shouldDisplay: false)

  @Argument(help: "The file.")
  var file: String

  func run() throws { try ForeignFileTrial.readThrough(file) }
}
