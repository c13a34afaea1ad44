import Foundation
import Testing

@Suite("ganomaly audit")
struct AuditTests {
  private static let spec = """
    preset: code-2019
    dataset: {name: digits, side: 32}
    held_out: [0, 1]
    protocol: {passes: [running, batch-shuffled, batch-normals-first]}
    detector: {latent_size: 4, width: 2, epochs: 2}
    seeds: [0]
    sweep: {one_by_one: {protocol.input_range: [symmetric], detector.objective: [v0, v1, v2]}}

    """

  @Test("trains each changed field once, reads the rest off the first training, and prints one table")
  func audit() throws {
    try withWorkplace { workplace in
      try workplace.write(Self.spec, to: "audit.yaml")
      let run = try workplace.run("run", "audit.yaml")
      #expect(run.status == 0, "\(run.error)")
      #expect(workplace.files().count { $0.hasPrefix("results/audit/runs/") && $0.hasSuffix(".h5") } == 10)
      let audit = try workplace.run("audit", "audit.yaml")
      #expect(audit.status == 0 && audit.error.isEmpty, "\(audit.error)")
      let lines = audit.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
      let changes = lines.map { $0.prefix(2).joined(separator: " ") }
      for change in [
        "as code-2019", "score l1", "pass running", "pass batch-normals-first", "epoch last",
        "epoch mean-of-last-3",
        "input_range symmetric", "objective v0", "objective v1", "objective v2", "all clean",
      ] {
        #expect(changes.count { $0 == change } == 1, "\(change): \(audit.output)")
      }
      let evaluations = try workplace.run("table", "results/audit.h5", "--evaluations", "--format", "csv")
      // Five configurations, two scores in three passes, classes and choices of the epoch.
      let rows = evaluations.output.split(separator: "\r\n").dropFirst()
      #expect(rows.count % (5 * 2 * 3 * 2) == 0 && !rows.isEmpty, "\(rows.count)")
      #expect(rows.allSatisfy { $0.hasSuffix(",done") })
    }
  }

  @Test("refuses a sweep of another kind, and a measure of its evaluations that there is not")
  func refusals() throws {
    try withWorkplace { workplace in
      let grid = Self.spec.replacing("one_by_one", with: "grid").replacing("[v0, v1, v2]", with: "[v3]")
      try workplace.write(grid, to: "grid.yaml")
      #expect(try workplace.run("run", "grid.yaml").status == 0)
      let outcome = try workplace.run("audit", "grid.yaml")
      #expect(
        outcome.status == 64 && outcome.error.contains("more than one value at a time"), "\(outcome.error)")
      let measure = try workplace.run("table", "grid.yaml", "--evaluations", "--measure", "equal_error_rate")
      #expect(measure.status == 64 && measure.error.contains("auroc only"), "\(measure.error)")
      #expect(try workplace.run("audit", "none.h5").status == 66)
    }
  }
}
