import Foundation
import Specs
import Testing

/// Large plans and summaries. The everyday sizes only show that nothing goes wrong; with `GANOMALY_SCALE=full` and this
/// suite alone they are those that the limits on time and memory are for.
@Suite("Many runs", .serialized)
struct ScaleTests {
  private static let isFull = ProcessInfo.processInfo.environment["GANOMALY_SCALE"] == "full"
  private static let heldOutClasses = 10

  private static func spec(seeds: Int) -> String {
    """
    dataset: {name: digits}
    detector: {latent_size: 4, width: 2, epochs: 1}
    seeds: 0..\(seeds - 1)

    """
  }

  private struct Cost {
    var seconds: Double
    /// The most that any process started by the tests so far has had.
    var mebibytes: Double
  }

  /// Runs the program and says what it took.
  private func measured(
    _ title: String, _ workplace: Workplace, _ arguments: [String]
  ) throws -> (outcome: Program.Outcome, cost: Cost) {
    let begin = ContinuousClock.now
    let outcome = try Program.run(arguments, in: workplace.folder, timeLimit: 600)
    let seconds = (ContinuousClock.now - begin) / .seconds(1)
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
    let cost = Cost(seconds: seconds, mebibytes: Double(usage.ru_maxrss) / 1024)
    if Self.isFull {
      print("\(title): \(String(format: "%.2f s, %.0f MiB", cost.seconds, cost.mebibytes))")
    }
    return (outcome, cost)
  }

  @Test("are planned against an empty folder within two seconds and 200 MB")
  func empty() throws {
    let seeds = Self.isFull ? 10_000 : 100
    try withWorkplace { workplace in
      try workplace.write(Self.spec(seeds: seeds), to: "many.yaml")
      let (outcome, cost) = try measured("planning into an empty folder", workplace, ["plan", "many.yaml"])
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(outcome.output.contains("0 done, \(seeds * Self.heldOutClasses) missing"))
      #expect(outcome.output.contains("and \(seeds * Self.heldOutClasses - 200) more runs"))
      #expect(outcome.output.split(separator: "\n").count == 203)
      let all = try workplace.run("plan", "many.yaml", "--all")
      #expect(all.output.split(separator: "\n").count == seeds * Self.heldOutClasses + 2)
      if Self.isFull {
        #expect(cost.seconds < 2)
        #expect(cost.mebibytes < 200)
      }
    }
  }

  @Test("that are finished are planned within ten seconds, and collected within a minute and 300 MB")
  func finished() throws {
    let seeds = Self.isFull ? 1000 : 5
    let count = seeds * Self.heldOutClasses
    try withWorkplace { workplace in
      try workplace.write(Self.spec(seeds: seeds), to: "many.yaml")
      let experiment = try Experiment.load(path: workplace.path("many.yaml"))
      try FinishedRuns.write(experiment, to: workplace.path("results"))

      let planned = try measured("planning finished runs", workplace, ["plan", "many.yaml"])
      #expect(planned.outcome.status == 0, "\(planned.outcome.error)")
      #expect(planned.outcome.output.contains("\(count) done, 0 missing"))
      let collected = try measured("collecting them", workplace, ["run", "many.yaml"])
      #expect(collected.outcome.status == 0, "\(collected.outcome.error)")
      #expect(collected.outcome.error.contains("\(count) of \(count) runs are done"))
      #expect(collected.outcome.output.contains("sample standard deviation over \(seeds) seeds"))
      let again = try measured("planning with a summary", workplace, ["plan", "many.yaml"])
      #expect(again.outcome.output.contains("\(count) done, 0 missing"))
      if Self.isFull {
        #expect(planned.cost.seconds < 10)
        #expect(collected.cost.seconds < 60)
        #expect(collected.cost.mebibytes < 300)
        #expect(again.cost.seconds < 10)
      }
    }
  }
}
