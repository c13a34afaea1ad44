import Foundation
import Specs
import Testing

@Suite("ganomaly compare")
struct CompareTests {
  private static let published = """
    tables:
      - dataset: digits
        metric: auroc
        protocol: one-class-anomalous
        source: "a table"
        certainty: T
        classes: [0, 1]
        rows: [{method: Others, detector: ganomaly, values: [.7, .9]}]

    """

  /// Two classes and two seeds that nobody trained, collected into results/small.h5: areas of .5 and .54.
  private func prepare(_ workplace: Workplace) throws {
    let text = """
      dataset: {name: digits, side: 32}
      held_out: [0, 1]
      detector: {latent_size: 4, width: 2, epochs: 1}
      protocol: {passes: []}
      seeds: [0, 1]

      """
    try workplace.write(text, to: "specs/small.yaml")
    try workplace.write(Self.published, to: "specs/published/digits.yaml")
    let experiment = try Experiment.load(path: workplace.path("specs/small.yaml"))
    try FinishedRuns.write(experiment, to: workplace.path("results"))
    let run = try workplace.run("run", "specs/small.yaml")
    #expect(run.status == 0, "\(run.error)")
  }

  @Test("prints ours beside the published values, from the spec and from the summary alone")
  func compares() throws {
    try withWorkplace { workplace in
      try prepare(workplace)
      let fromSpec = try workplace.run("compare", "specs/small.yaml")
      #expect(fromSpec.status == 0 && fromSpec.error.isEmpty, "\(fromSpec.error)")
      #expect(fromSpec.output.contains("ganomaly beside Others as published (a"))
      #expect(fromSpec.output.contains("  .520  .028"), "\(fromSpec.output)")
      #expect(fromSpec.output.contains(".700 T"))
      let fromSummary = try workplace.run("compare", "results/small.h5")
      #expect(fromSummary.output == fromSpec.output)
      let csv = try workplace.run("compare", "results/small.h5", "--format", "csv")
      #expect(csv.output.contains("ganomaly,0,auroc,2,0.52,"))
      let json = try workplace.run("compare", "results/small.h5", "--format", "json")
      #expect(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) is [String: Any])
    }
  }

  @Test("refuses a file of published values that is wrong, missing, or not to be found")
  func refusals() throws {
    try withWorkplace { workplace in
      try prepare(workplace)
      try workplace.write(
        Self.published.replacing("certainty: T", with: "certainty: sure"), to: "specs/published/digits.yaml")
      let wrong = try workplace.run("compare", "specs/small.yaml")
      #expect(wrong.status == 64 && wrong.output.isEmpty)
      #expect(wrong.error.contains("specs/published/digits.yaml:6:16: 'certainty' must be one of P, C, T, U"))
      let missing = try workplace.run("compare", "specs/small.yaml", "--published", "none.yaml")
      #expect(missing.status == 66 && missing.error.contains("none.yaml"))
      try workplace.remove("specs/published")
      let nowhere = try workplace.run("compare", "results/small.h5")
      #expect(nowhere.status == 66 && nowhere.error.contains("--published"), "\(nowhere.error)")
    }
  }

  @Test("refuses a sweep, and a measure that nobody publishes")
  func sweep() throws {
    try withWorkplace { workplace in
      let text = """
        dataset: {name: digits, side: 32}
        held_out: [0, 1]
        detector: {latent_size: 4, width: 2, epochs: 1}
        protocol: {passes: []}
        seeds: [0, 1]
        sweep: {grid: {detector.width: [1, 2]}}

        """
      try workplace.write(text, to: "sweep.yaml")
      try FinishedRuns.write(
        try Experiment.load(path: workplace.path("sweep.yaml")), to: workplace.path("results"))
      #expect(try workplace.run("run", "sweep.yaml").status == 0)
      try workplace.write(Self.published, to: "published/digits.yaml")
      let outcome = try workplace.run("compare", "sweep.yaml")
      #expect(
        outcome.status == 64
          && outcome.error.contains("results/sweep.h5: a sweep has no single configuration"))
      let measure = try workplace.run("compare", "sweep.yaml", "--measure", "eer")
      #expect(measure.status == 64 && measure.error.contains("average_precision"), "\(measure.error)")
    }
  }
}
