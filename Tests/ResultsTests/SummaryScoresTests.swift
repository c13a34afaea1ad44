import HDF5
import TestSupport
import Testing

@testable import Results

@Suite("The scores of a summary")
struct SummaryScoresTests {
  @Test("are those of the headline's epoch, of the run that the cell names")
  func headline() throws {
    let experiment = try sampleExperiment()
    let runs = identified(experiment)
    try withTemporaryFolder { folder in
      try writeRuns([runs[0], runs[1], runs[3]], of: experiment, to: folder)
      let path = try collect(experiment, in: folder)
      let summary = try Summary.read(from: path)
      #expect(
        summary.runs == [[[runs[0].identifier, runs[1].identifier], ["", runs[3].identifier]]])
      #expect(summary.specPath == "experiments/sample.yaml")
      let scores = try SummaryScores(in: path)
      let cell = try #require(try scores.headline(of: runs[0].identifier, row: "0"))
      #expect(cell.scores == sampleHistory(sampleArea(runs[0])).scores[0].lastScores)
      // Of the second seed their order alone.
      #expect(try scores.headline(of: runs[1].identifier, row: "0") == nil)
      let order = try #require(try scores.ranking(of: runs[1].identifier, row: "0"))
      #expect(order.isAnomalous == [false, false, false, true, true, true])
      #expect(order.scores == [0, 1, 2, 3, 4, 5])
      #expect(cell.isAnomalous == [false, false, false, true, true, true])
      expectProblem(.badData, "runs/none") {
        _ = try scores.headline(of: "none", row: "0")
      }
    }
  }

  @Test("of the best epoch are taken where it is the headline's, and none where they were not kept")
  func epochs() throws {
    let experiment = try sampleExperiment(
      "dataset: {name: digits}\nheld_out: [0, 1]\nseeds: [0]\nprotocol: {epoch: best-on-test}\n")
    let runs = identified(experiment)
    try withTemporaryFolder { folder in
      try write(sampleRecord(runs[0]), of: experiment, to: folder)
      var record = sampleRecord(runs[1])
      record.history.scores[0].bestScores = []
      try write(record, of: experiment, to: folder)
      let scores = try SummaryScores(in: try collect(experiment, in: folder))
      let best = try scores.headline(of: runs[0].identifier, row: "0")
      #expect(best?.scores == [1, 2, 3, 4, 5, 6.5])
      #expect(try scores.headline(of: runs[1].identifier, row: "1") == nil)
    }
  }

  @Test("of a kind of anomaly leave the other kinds out, and keep all normals")
  func kinds() throws {
    let experiment = try folderExperiment()
    let runs = identified(experiment)
    try withTemporaryFolder { folder in
      var record = sampleRecord(runs[0])
      record.samples.classIndex = [2, 2, 2, 0, 1, 0]
      record.anomalyKinds = [0, 1]
      try write(record, of: experiment, to: folder)
      let scores = try SummaryScores(in: try collect(experiment, in: folder))
      func labels(_ row: String) throws -> [Bool]? {
        try scores.headline(of: runs[0].identifier, row: row)?.isAnomalous
      }
      #expect(try labels("0") == [false, false, false, true, true])
      #expect(try labels("1") == [false, false, false, true])
      #expect(try labels("all")?.count == 6)
    }
  }
}
