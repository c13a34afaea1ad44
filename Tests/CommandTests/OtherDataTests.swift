import Foundation
import TestSupport
import Testing

@Suite("Data of a published name and another content")
struct OtherDataTests {
  private static let spec = """
    dataset: {name: mnist, side: 32}
    held_out: [0, 1]
    detector: {name: pca}
    seeds: [0]

    """
  private static let published = """
    tables:
      - dataset: mnist
        metric: auroc
        protocol: one-class-anomalous
        source: "a table"
        certainty: T
        classes: [0, 1]
        rows: [{method: Others, detector: pca, values: [.7, .9]}]

    """
  private static let reason = "their train part has 100 images, the published mnist's 60000"

  @Test(
    "are warned of, named below the table and on the page, and stand beside published values only when asked")
  func told() throws {
    try withWorkplace { workplace in
      try workplace.layOutMNIST()
      try workplace.write(Self.spec, to: "other.yaml")
      try workplace.write(Self.published, to: "published/mnist.yaml")
      let run = try workplace.run("run", "other.yaml")
      #expect(run.status == 0, "\(run.error)")
      #expect(
        run.error.hasPrefix("ganomaly: warning: these data are not the published mnist: \(Self.reason)\n"))
      let note = "Not the published data: their content differs from the published mnist."
      #expect(run.output.replacing("\n  ", with: " ").contains(note), "\(run.output)")

      let compared = try workplace.run("compare", "other.yaml")
      #expect(compared.status == 0, "\(compared.error)")
      #expect(!compared.output.contains(".700 T") && !compared.output.contains("as published"))
      #expect(compared.output.contains("--other-data shows them"), "\(compared.output)")
      let asked = try workplace.run("compare", "other.yaml", "--other-data")
      #expect(asked.output.contains(".700 T"), "\(asked.output)")
      #expect(asked.output.contains("Not the published data: "), "\(asked.output)")

      #expect(try workplace.run("report", "other.yaml", "--markdown").status == 0)
      let page = try String(contentsOfFile: workplace.path("results/other.md"), encoding: .utf8)
      #expect(page.contains(note) && !page.contains("Others"), "\(page)")
      #expect(try workplace.run("report", "other.yaml").status == 0)
      let html = try String(contentsOfFile: workplace.path("results/other.html"), encoding: .utf8)
      #expect(html.contains(note) && !html.contains("Others"))
    }
  }
}
