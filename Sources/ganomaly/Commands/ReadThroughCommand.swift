import ArgumentParser
import HDF5

/// What this program asks of itself before it opens a file that it has not sealed.
struct ReadThroughCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "read-through",
    abstract: "Read an HDF5 file to its end, within limits of time and memory.",
    shouldDisplay: false)

  @Argument(help: "The file.")
  var file: String

  func run() throws { try ForeignFileTrial.readThrough(file) }
}
