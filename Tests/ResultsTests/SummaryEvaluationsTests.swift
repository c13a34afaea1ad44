import HDF5
import TestSupport
import Testing

@testable import Results

@Suite("The evaluations of a summary")
struct SummaryEvaluationsTests {
  @Test("are every score and pass at every choice of the epoch, the headline and the last epoch first")
  func evaluations() throws {
    let experiment = try sampleExperiment()
    let runs = identified(experiment)
    try withTemporaryFolder { folder in
      try writeRuns([runs[1]], of: experiment, to: folder)
      let areas = try SummaryEvaluations.read(from: try collect(experiment, in: folder)).areas
      let names = areas.map { "\($0.score) \($0.pass) \($0.epoch)" }
      #expect(names.count == Set(names).count)
      #expect(names.first == "squared-l2 running last")
      #expect(names.contains("squared-l2 running best-on-test") && names.contains("l1 running last"))
      #expect(areas[0].values == [[[nil, 0.51], [nil, nil]]])
      let best = try #require(areas.first { $0.score == "l1" && $0.epoch == "best-on-test" })
      #expect(best.values[0][0][1] == 0.6)
      let mean = try #require(areas.first { $0.score == "l1" && $0.epoch == "mean-of-last-3" })
      let area: Double = try #require(mean.values[0][0][1])
      let expected: Double = (0.6 + 0.5 + 0.45) / 3
      #expect(abs(area - expected) < 1e-12)
    }
  }

  @Test("of another shape are refused with their place")
  func refusal() throws {
    let experiment = try sampleExperiment()
    try withTemporaryFolder { folder in
      try writeRuns(identified(experiment), of: experiment, to: folder)
      let path = try collect(experiment, in: folder)
      try unseal(path)
      let file = try HDF5File.open(path, .readWrite)
      let group = try file.root.openGroup("evaluations")
      try group.delete("auroc_last")
      try group.write([1.0, 2], shape: [2], to: "auroc_last")
      try file.close()
      expectProblem(.badData, "/evaluations/auroc_last") { _ = try SummaryEvaluations.read(from: path) }
    }
  }
}
