import Diagnostics
import Foundation
import HDF5
import Metrics
import Settings
import Specs
import TestSupport
import Testing

@testable import Results

@Suite("Summaries")
struct SummaryFileTests {
  @Test("gather the runs there are in a labeled table, with NaN for the others")
  func table() throws {
    let experiment = try sampleExperiment()
    let runs = identified(experiment)
    try withTemporaryFolder { folder in
      try writeRuns([runs[0], runs[1], runs[3]], of: experiment, to: folder)
      let path = try collect(experiment, in: folder)
      let summary = try Summary.read(from: path)
      #expect(summary.experiment == "sample")
      #expect(summary.detectors == ["ganomaly"])
      #expect(summary.heldOut == ["0", "1"])
      #expect(summary.seeds == [0, 1])
      #expect(summary.cells("auroc") == [[[0.5, 0.51], [nil, sampleArea(runs[3])]]])
      #expect(summary.values["fpr_at_95_tpr"]?[0][0][1] == 0.51 + 0.003)
      #expect(summary.headline == "squared-l2, running, epoch last")
      #expect(summary.commits == "0123456789ab")
      #expect(summary.pooledRow == nil)
      #expect(summary.resolvedSpec == experiment.resolvedYAML)
      let root = try HDF5File.open(path).root
      let (values, shape) = try root.openDataset("auc/auroc").read(Double.self)
      #expect(shape == [1, 2, 2])
      #expect(values[2].isNaN)
      #expect(try root.openDataset("auc/auroc").dimensionLabels() == ["detector", "held_out", "seed"])
      #expect(try root.openDataset("spec/text").readString() == experiment.source.text)
      #expect(try root.openGroup("environment").attributes.readString("host") == "here")
    }
  }

  @Test("show every evaluation at the last epoch and at the best on the test set")
  func evaluations() throws {
    let experiment = try sampleExperiment()
    let runs = identified(experiment)
    try withTemporaryFolder { folder in
      try writeRuns([runs[1]], of: experiment, to: folder)
      let evaluations = try HDF5File.open(try collect(experiment, in: folder)).root.openGroup("evaluations")
      #expect(
        try evaluations.openDataset("evaluation").readStrings().values == [
          "squared-l2, running", "l1, running",
        ])
      let last = try evaluations.openDataset("auroc_last")
      #expect(try last.dimensionLabels() == ["evaluation", "detector", "held_out", "seed"])
      let (values, shape) = try last.read(Double.self)
      #expect(shape == [2, 1, 2, 2])
      #expect(values[1] == 0.51 && values[5] == 0.45 && values[0].isNaN)
      let best = try evaluations.openDataset("auroc_best_on_test").read(Double.self).values
      #expect(best[1] == 0.7 && best[5] == 0.6)
    }
  }

  @Test("hold what their own files do of runs, with named dimensions, but of scores only their order")
  func runs() throws {
    let experiment = try sampleExperiment()
    let run = identified(experiment)[2]
    let record = sampleRecord(run)
    try withTemporaryFolder { folder in
      try writeRuns([run], of: experiment, to: folder)
      // Twice from the run file, then from the summary itself.
      for isThere in [true, true, false] {
        if !isThere { try FileManager.default.removeItem(atPath: "\(folder)/sample/runs") }
        let own = try isThere ? hdf5Contents(of: runPath(run, of: experiment, in: folder)) : nil
        let root = try HDF5File.open(try collect(experiment, in: folder)).root
        let gathered = try root.openGroup("runs/\(run.identifier)")
        for (name, content) in try hdf5Contents(of: gathered)
        where name != "orders" && !name.hasPrefix("headline") {
          if let own { #expect(own["run/\(name)"] == content, "\(name)") }
        }
        #expect(try gathered.openDataset("history/auroc").dimensionLabels() == ["evaluation", "epoch"])
        #expect(try gathered.openDataset("labels").dimensionLabels() == ["sample_index"])
        #expect(try gathered.openGroup("environment").attributes.readString("host") == "näher")
        let kept = try gathered.openDataset("headline/0")
        #expect(try kept.read(Float.self).values == record.history.scores[0].lastScores)
        #expect(try kept.attributes.readString("evaluation") == "squared-l2, running")
        #expect(try !gathered.exists("scores"))
        let stored = try SummaryRunGroup.read(from: gathered)
        for (score, orders) in zip(record.history.scores, stored.orders) {
          for (choice, order) in zip(EpochChoice.allCases, orders) {
            let order = try #require(order)
            #expect(
              try DetectionMetrics(scores: order.ranks, isAnomalous: order.isAnomalous)
                == DetectionMetrics(
                  scores: score.values(at: choice), isAnomalous: record.samples.isAnomalous))
          }
        }
      }
    }
  }

  @Test("keep a run whose own file is gone")
  func runWithoutFile() throws {
    let experiment = try sampleExperiment()
    let runs = identified(experiment)
    try withTemporaryFolder { folder in
      try writeRuns([runs[0], runs[2]], of: experiment, to: folder)
      let before = try hdf5Contents(of: collect(experiment, in: folder))
      try FileManager.default.removeItem(atPath: "\(folder)/sample/runs")
      try writeRuns([runs[1]], of: experiment, to: folder)
      let path = try collect(experiment, in: folder)
      let after = try hdf5Contents(of: path)
      for (name, content) in before where name.hasPrefix("runs/") || name.hasPrefix("material/") {
        #expect(after[name] == content, "\(name)")
      }
      #expect(try SummarizedRuns(in: path).identifiers == Set(runs[...2].map(\.identifier)))
      let cells = try Summary.read(from: path).cells("auroc")
      #expect(cells == [[[0.5, 0.51], [0.6, nil]]])
    }
  }

  @Test("keep runs that are no longer asked for, but not in the table")
  func staleRuns() throws {
    let experiment = try sampleExperiment()
    let fewer = try sampleExperiment("dataset: {name: digits}\nheld_out: [1]\nseeds: [1, 7]\n")
    try withTemporaryFolder { folder in
      try writeRuns(identified(experiment), of: experiment, to: folder)
      try collect(experiment, in: folder)
      try FileManager.default.removeItem(atPath: "\(folder)/sample/runs")
      let path = try collect(fewer, in: folder)
      let summary = try Summary.read(from: path)
      #expect(summary.heldOut == ["1"])
      #expect(summary.seeds == [1, 7])
      #expect(summary.cells("auroc") == [[[sampleArea(identified(experiment)[3]), nil]]])
      #expect(try SummarizedRuns(in: path).identifiers == Set(identified(experiment).map(\.identifier)))
      // And come back when they are asked for again.
      try collect(experiment, in: folder)
      #expect(try Summary.read(from: path).cells("auroc").joined().joined().allSatisfy { $0 != nil })
    }
  }

  @Test("hold the report's material of the first seed")
  func material() throws {
    let experiment = try sampleExperiment()
    let runs = identified(experiment)
    func illustrated(_ path: String) throws -> Set<String> {
      Set(try HDF5File.open(path).root.openGroup("material").children().map(\.name))
    }
    try withTemporaryFolder { folder in
      try writeRuns([runs[1], runs[2], runs[3]], of: experiment, to: folder)
      let path = try collect(experiment, in: folder)
      #expect(try illustrated(path) == [runs[2].identifier])
      try writeRuns([runs[0]], of: experiment, to: folder)
      try collect(experiment, in: folder)
      #expect(try illustrated(path) == [runs[0].identifier, runs[2].identifier])
      let content = try hdf5Contents(of: path)["material/\(runs[0].identifier)/most_normal/input"]
      let own = try hdf5Contents(of: runPath(runs[0], of: experiment, in: folder))
      #expect(content == own["material/most_normal/input"])
      #expect(content != nil)
      // A test set stands in the file once.
      #expect(try HDF5File.open(path).root.openGroup("test_sets").names().count == 1)
    }
  }

  @Test("are the same bytes for the same runs")
  func reproducible() throws {
    let experiment = try sampleExperiment()
    try withTemporaryFolder { folder in
      try writeRuns(identified(experiment), of: experiment, to: folder)
      let path = try collect(experiment, in: folder)
      let (first, contents) = (try bytes(path), try hdf5Contents(of: path))
      try collect(experiment, in: folder)
      #expect(try bytes(path) == first)
      // From the summary alone, the data sets are the same.
      try FileManager.default.removeItem(atPath: "\(folder)/sample/runs")
      try collect(experiment, in: folder)
      #expect(try hdf5Contents(of: path) == contents)
    }
  }

  @Test("give an image folder a row for each kind of anomaly and one for all", arguments: [0, 1])
  func imageFolder(present: Int) throws {
    let experiment = try folderExperiment()
    let runs = identified(experiment)
    try withTemporaryFolder { folder in
      var record = sampleRecord(runs[present])
      record.samples = SampleRecord(
        index: Array(0..<6), isAnomalous: [false, false, false, true, true, true],
        classIndex: [0, 0, 0, 1, 2, 1], classNames: ["good", "dent", "scratch"])
      record.anomalyKinds = [1, 2]
      record.history.scores[0].lastScores = [1, 2, 4, 3, 5, 6]
      record.history.scores[0].last = measures(8.0 / 9)
      try write(record, of: experiment, to: folder)
      let path = try collect(experiment, in: folder)
      let summary = try Summary.read(from: path)
      #expect(summary.heldOut == ["dent", "scratch", "all"])
      #expect(summary.pooledRow == "all")
      let expected = [5.0 / 6, 1, 8.0 / 9].map { present == 0 ? [$0, nil] : [nil, $0] }
      #expect(summary.cells("auroc") == [expected])
      let last = try HDF5File.open(path).root.openDataset("evaluations/auroc_last").read(Double.self).values
      // Only the row of all kinds has a history: (evaluation 0, all, seed).
      #expect(last.prefix(6).map(\.isNaN) == [true, true, true, true, present == 1, present == 0])
    }
  }

  @Test("name every commit that computed a run of the table")
  func commits() throws {
    let experiment = try sampleExperiment()
    let runs = identified(experiment)
    try withTemporaryFolder { folder in
      for (run, commit) in zip(runs, ["bbb", "aaa", "bbb"]) {
        try write(sampleRecord(run, commit: commit), of: experiment, to: folder)
      }
      #expect(try Summary.read(from: collect(experiment, in: folder)).commits == "aaa, bbb")
    }
  }

  @Test("without any run are all missing")
  func empty() throws {
    try withTemporaryFolder { folder in
      let summary = try Summary.read(from: collect(sampleExperiment(), in: folder))
      #expect(summary.cells("auroc") == [[[nil, nil], [nil, nil]]])
      #expect(summary.commits.isEmpty)
    }
  }

  @Test("are refused, and left alone, when they are of another kind or of a newer version")
  func foreign() throws {
    let experiment = try sampleExperiment()
    try withTemporaryFolder { folder in
      let path = SummaryFile.path(results: folder, experiment: "sample")
      expectProblem(.missingInput, "no such file") { _ = try Summary.read(from: path) }
      try Data("text".utf8).write(to: URL(fileURLWithPath: path))
      expectProblem(.badData, "it is not an HDF5 file") { try collect(experiment, in: folder) }
      #expect(try bytes(path) == Data("text".utf8))

      try FileManager.default.removeItem(atPath: path)
      try writeHDF5(path) { try $0.write("mine", to: "spec") }
      let content = try bytes(path)
      expectProblem(.badData, "not a ganomaly summary") { try collect(experiment, in: folder) }
      expectProblem(.badData, "not a ganomaly summary") { _ = try Summary.read(from: path) }
      #expect(try bytes(path) == content)

      try FileManager.default.removeItem(atPath: path)
      try collect(experiment, in: folder)
      try unseal(path)
      let newer = try HDF5File.open(path, .readWrite)
      try newer.root.attributes.write(FileSchema.packedVersion + 1, to: "schema_version")
      try newer.close()
      expectProblem(.badData, "use a newer ganomaly") { try collect(experiment, in: folder) }
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["sample", "sample.h5"])
    }
  }

  @Test("wait for another process that is collecting")
  func lock() throws {
    let experiment = try sampleExperiment()
    try withTemporaryFolder { folder in
      let path = try collect(experiment, in: folder)
      let run = identified(experiment)[0]
      try writeRuns([run], of: experiment, to: folder)
      let finished = DispatchSemaphore(value: 0)
      try AdvisoryLock.hold("\(folder)/sample/.lock") { () throws in
        Thread.detachNewThread {
          do { try collect(experiment, in: folder) } catch { Issue.record(error) }
          finished.signal()
        }
        #expect(finished.wait(timeout: .now() + 0.5) == .timedOut)
        #expect(try SummarizedRuns(in: path).identifiers.isEmpty)
      }
      #expect(finished.wait(timeout: .now() + 60) == .success)
      #expect(try SummarizedRuns(in: path).identifiers == [run.identifier])
    }
  }

  @Test("lose no run when several collect at once")
  func concurrent() throws {
    let text = "dataset: {name: digits}\nseeds: [0]\n"
    let runs = identified(try sampleExperiment(text))
    try withTemporaryFolder { (folder) throws in
      DispatchQueue.concurrentPerform(iterations: runs.count) { index in
        do {
          let experiment = try sampleExperiment(text)
          let run = identified(experiment)[index]
          try writeRuns([run], of: experiment, to: folder)
          try collect(experiment, in: folder)
          // What the summary holds from now on does not come from the run's own file.
          try FileManager.default.removeItem(atPath: runPath(run, of: experiment, in: folder))
        } catch { Issue.record(error) }
      }
      let path = SummaryFile.path(results: folder, experiment: "sample")
      #expect(try SummarizedRuns(in: path).identifiers == Set(runs.map(\.identifier)))
    }
  }
}
