import Foundation
import HDF5
import TestSupport
import Testing

/// A training of a second or two with a checkpoint after every step, and what it gives when nothing disturbs it.
struct SmallTraining {
  /// What is the same for every run of the same spec.
  struct Result: Equatable {
    /// Every data set of the run files and of the summary, by file.
    var files: [String: [String: HDF5Content]]
    /// The table.
    var output: String

    /// - Throws: when a file cannot be read.
    init(_ workplace: Workplace, output: String) throws {
      let names = workplace.files().filter { $0.hasPrefix("results/") && $0.hasSuffix(".h5") }
      files = try Dictionary(
        uniqueKeysWithValues: names.map { ($0, try hdf5Contents(of: workplace.path($0))) })
      self.output = output
    }
  }

  let spec: String
  let arguments: [String]

  /// - Parameters:
  ///   - checkpoints: whether every step leaves one.
  init(heldOut: String, width: Int, epochs: Int, checkpoints: Bool = true, _ others: [String] = []) {
    spec = """
      dataset: {name: digits, side: 32}
      held_out: \(heldOut)
      detector: {latent_size: 8, width: \(width), epochs: \(epochs)}
      seeds: [0]

      """
    arguments =
      ["run", "small.yaml", "--threads", "1"] + (checkpoints ? ["--checkpoint-minutes", "1e-9"] : [])
      + others
  }

  /// The arguments as a line of shell.
  var command: String { "\"$GANOMALY\" " + arguments.joined(separator: " ") }

  /// Runs in a folder of its own, to the end.
  ///
  /// - Returns: the result, and the seconds that it took.
  func undisturbed() throws -> (result: Result, seconds: Double) {
    try withWorkplace { workplace in
      try workplace.write(spec, to: "small.yaml")
      let begin = ContinuousClock.now
      let result = try finish(workplace)
      return (result, (.now - begin) / .seconds(1))
    }
  }

  /// Runs what is left, to the end.
  func finish(_ workplace: Workplace) throws -> Result {
    let outcome = try Program.run(arguments, in: workplace.folder)
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(!workplace.files().contains { $0.hasSuffix(".checkpoint.h5") })
    return try Result(workplace, output: outcome.output)
  }
}
