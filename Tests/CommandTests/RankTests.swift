import Foundation
import Specs
import Testing

@Suite("ganomaly rank")
struct RankTests {
  private static let published = """
    tables:
      - dataset: digits
        metric: auroc
        protocol: one-class-anomalous
        source: "a table"
        certainty: T
        classes: [0, 1, 2]
        rows:
          - {method: Others, detector: ganomaly, values: [.5, .6, .7]}
          - {method: Nobody, detector: ganomaly, values: [.9, .8, .7]}

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

  @Test("ranks a spec's and a summary's evaluations alike, in every format, and draws the figure")
  func ranks() throws {
    try withWorkplace { workplace in
      try prepare(workplace)
      let fromSpec = try workplace.run("rank", "specs/small.yaml")
      #expect(fromSpec.status == 0 && fromSpec.error.isEmpty, "\(fromSpec.error)")
      #expect(fromSpec.output.contains("beside Others as published (a table)"))
      #expect(fromSpec.output.contains("Classes: 0, 1; missing: 2."))
      // Two scores, each with the last, the best and the mean of the last; the only epoch is the last.
      #expect(fromSpec.output.contains("all 6 candidates"), "\(fromSpec.output)")
      // .52 and .52 beside .5 and .6.
      #expect(fromSpec.output.contains(" .050 "), "\(fromSpec.output)")
      let fromSummary = try workplace.run("rank", "results/small.h5", "--figure", "bars.svg")
      #expect(fromSummary.output == fromSpec.output)
      #expect(workplace.files().contains("bars.svg"))
      let csv = try workplace.run("rank", "results/small.h5", "--format", "csv", "--top", "3")
      #expect(csv.output.split(separator: "\r\n").count == 4)
      let json = try workplace.run("rank", "results/small.h5", "--format", "json", "--method", "Nobody")
      #expect(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) is [String: Any])
      #expect(json.output.contains("\"method\" : \"Nobody\""))
      for format in ["markdown", "latex"] {
        #expect(try workplace.run("rank", "specs/small.yaml", "--format", format).status == 0)
      }
    }
  }

  @Test("refuses an unknown method, a missing summary and a summary without published values")
  func refusals() throws {
    try withWorkplace { workplace in
      try prepare(workplace)
      let method = try workplace.run("rank", "specs/small.yaml", "--method", "Someone")
      #expect(method.status == 64 && method.error.contains("no published AUROC of 'Someone'"))
      let missing = try workplace.run("rank", "specs/small.yaml", "none.h5")
      #expect(missing.status == 66 && missing.output.isEmpty, "\(missing.error)")
      try workplace.remove("specs/published")
      let nowhere = try workplace.run("rank", "results/small.h5")
      #expect(nowhere.status == 66 && nowhere.error.contains("--published"), "\(nowhere.error)")
    }
  }
}
