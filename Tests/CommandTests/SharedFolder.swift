import Foundation
import HDF5
import TestSupport
import Testing

/// An experiment of many short runs in a folder that several processes work at.
struct SharedFolder {
  let workplace: Workplace
  let runs: Int

  /// - Parameter epochs: of each run; one of these takes a fraction of a second.
  static func with<Result>(
    runs: Int, epochs: Int = 1, _ body: (SharedFolder) throws -> Result
  ) throws -> Result {
    try with(
      runs: runs,
      spec: """
        dataset: {name: digits, side: 32}
        held_out: [1]
        detector: {latent_size: 4, width: 4, epochs: \(epochs), batch_size: 64}
        seeds: [\((0..<runs).map(String.init).joined(separator: ", "))]

        """, body)
  }

  static func with<Result>(
    runs: Int, spec: String, _ body: (SharedFolder) throws -> Result
  ) throws -> Result {
    try withWorkplace { workplace in
      try workplace.write(spec, to: "short.yaml")
      return try body(SharedFolder(workplace: workplace, runs: runs))
    }
  }

  func start(_ arguments: String...) throws -> RunningProgram {
    try Program.start(["run", "short.yaml", "--threads", "1"] + arguments, in: workplace.folder)
  }

  func run(_ arguments: String...) throws -> Program.Outcome {
    try Program.run(["run", "short.yaml", "--threads", "1"] + arguments, in: workplace.folder)
  }

  /// The names in the folder of the runs.
  func names() -> [String] {
    let prefix = "results/short/runs/"
    return workplace.files().filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
  }

  /// Ids of finished runs.
  func finished() -> [String] {
    names().filter { $0.hasSuffix(".h5") && !$0.hasSuffix(".checkpoint.h5") }.map { String($0.dropLast(3)) }
  }

  /// Every data set of every run file, by id.
  func contents(results: String = "results") throws -> [String: [String: HDF5Content]] {
    let folder = workplace.path("\(results)/short/runs")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".h5") }
    return try Dictionary(
      uniqueKeysWithValues: names.map { ($0, try hdf5Contents(of: "\(folder)/\($0)")) })
  }

  /// The processes that are at a run, with what they are at, as `status` tells.
  func running() throws -> [(run: String, process: Int32)] {
    try workplace.run("status", "short.yaml").output.split(separator: "\n").compactMap { line in
      guard let range = line.range(of: ", process ") else { return nil }
      let number = line[range.upperBound...].prefix { $0.isNumber }
      return Int32(number).map { (String(line.split(separator: " ")[0]), $0) }
    }
  }

  /// Waits until a condition holds.
  func wait(
    for what: String, seconds: Int = Program.timeLimit, until holds: () throws -> Bool
  ) throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while try !holds() {
      try #require(ContinuousClock.now < deadline, "\(what) does not come")
      usleep(20_000)
    }
  }
}

/// The seeds of the runs that a program has begun, as its standard error tells.
func begunSeeds(_ error: String) -> [Int] {
  error.split(separator: "\n").filter { $0.contains(" training images, ") }.compactMap { line in
    line.range(of: ", seed ").flatMap { Int(line[$0.upperBound...].prefix { $0.isNumber }) }
  }
}
