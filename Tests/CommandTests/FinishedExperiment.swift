import Foundation

/// The results of the image folder's two runs, made once and kept in memory.
struct FinishedExperiment: Sendable {
  /// `results/parts.h5`
  var summary: [UInt8]
  /// The files of `results/parts/runs`, by the runs' ids.
  var runs: [String: [UInt8]]

  private static let made = Result { try FinishedExperiment() }

  static func shared() throws -> FinishedExperiment { try made.get() }

  private struct Failure: Error { var text: String }

  private init() throws {
    (summary, runs) = try withWorkplace { workplace in
      try workplace.layOutImages()
      let outcome = try workplace.run("run", "parts.yaml", "--threads", "1")
      guard outcome.status == 0 else { throw Failure(text: outcome.error) }
      func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: workplace.path(name))))
      }
      var runs: [String: [UInt8]] = [:]
      for name in try FileManager.default.contentsOfDirectory(atPath: workplace.path("results/parts/runs")) {
        runs[String(name.dropLast(".h5".count))] = try bytes("results/parts/runs/\(name)")
      }
      return (try bytes("results/parts.h5"), runs)
    }
  }

  /// The runs' ids, sorted.
  var identifiers: [String] { runs.keys.sorted() }
}

extension Workplace {
  static func runFile(_ identifier: String) -> String { "results/parts/runs/\(identifier).h5" }

  /// The image folder with its finished experiment.
  @discardableResult
  func layOutResults() throws -> FinishedExperiment {
    try layOutImages()
    let finished = try FinishedExperiment.shared()
    try write(finished.summary, to: "results/parts.h5")
    for (identifier, bytes) in finished.runs { try write(bytes, to: Self.runFile(identifier)) }
    return finished
  }
}
