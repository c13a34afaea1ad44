import Datasets
import Diagnostics
import Foundation
import HDF5
import Results
import Runner
import Specs
import TestSupport
import Testing

/// Two GANomaly detectors of different widths, the second tested on 60 images.
private func listedExperiment(_ overrides: String...) throws -> Experiment {
  let text = """
    dataset: {name: digits, side: 32}
    held_out: [0, 1]
    detectors:
      - {name: ganomaly, label: narrow, width: 2, latent_size: 4, epochs: 1, batch_size: 64}
      - {name: ganomaly, width: 3, latent_size: 4, epochs: 1, batch_size: 64, test_samples: 60}
    seeds: [0]
    """
  return try Experiment.parse(text: text, path: "experiments/tiny.yaml", overrides: overrides)
}

@Suite("Several detectors that are run")
struct DetectorListRunTests {
  @Test("leave the results that each leaves alone, and take over what is there already")
  func runs() throws {
    try withTemporaryFolder { folder in
      let single = try tinyExperiment("detector.width=3", "detector.epochs=1", "protocol.test_samples=60")
      let before = try execute(plan(single, in: folder)).started
      let listed = try listedExperiment()
      let started = try execute(plan(listed, in: folder)).started
      #expect(started.map(\.configuration) == ["narrow", "narrow"])
      #expect(try plan(listed, in: folder).runs.map(\.identifier).suffix(2) == before.map(\.identifier))
      let narrow = try tinyExperiment("detector.epochs=1")
      try withTemporaryFolder { other in
        for run in try execute(plan(narrow, in: other)).started {
          let (listed, alone) = (runPath(run, in: folder), runPath(run, in: other))
          #expect(try StoredRun(listed).scores == StoredRun(alone).scores)
          #expect(try RunFile.record(in: listed).run == RunFile.record(in: alone).run)
        }
      }
      let summary = try Summary.read(from: "\(folder)/tiny.h5")
      #expect(summary.detectors == ["narrow", "ganomaly"])
      #expect(summary.testSamples == [0, 60])
      #expect(summary.cells("auroc").joined().joined().allSatisfy { $0 != nil })
    }
  }

  @Test("are tested on images of one and the same test set, the fewer being among the more")
  func samples() throws {
    try withTemporaryFolder { folder in
      let listed = try listedExperiment("held_out=[0]", "detectors.narrow.test_samples=100")
      let runs = try execute(plan(listed, in: folder)).started
      let stored = try runs.map { try StoredRun(runPath($0, in: folder)) }
      #expect(stored.map(\.sampleIndex.count) == [100, 60])
      #expect(Set(stored[1].sampleIndex).isSubset(of: Set(stored[0].sampleIndex)))
      // 324 normal and 178 anomalous images test in all.
      #expect(stored[0].isAnomalous.count { $0 } == 35)
      #expect(stored[1].isAnomalous.count { $0 } == 21)
      for run in stored {
        #expect(run.isAnomalous == run.classIndex.map { run.classNames[$0] == "0" })
        #expect(run.rows[0].auroc == countedArea(run.scores[0], run.isAnomalous))
      }
    }
  }

  @Test("a detector that fails costs the others nothing")
  func failure() throws {
    try withTemporaryFolder { folder in
      let listed = try listedExperiment("held_out=[0]", "detectors.narrow.learning_rate=1e30")
      let failures = try execute(plan(listed, in: folder)).failures
      #expect(failures.map(\.row) == ["narrow"])
      #expect(failures.map(\.title) == ["ganomaly, narrow, 0 held out, seed 0"])
      let cells = try Summary.read(from: "\(folder)/tiny.h5").cells("auroc")
      #expect(cells[0][0][0] == nil && cells[1][0][0] != nil)
    }
  }

  @Test("more test images than there are are refused before anything is trained")
  func tooMany() throws {
    try withTemporaryFolder { folder in
      let listed = try listedExperiment("detectors.narrow.test_samples=5000")
      expectProblem(.usage, "protocol.test_samples is 5000, but the test set has 502 images") {
        _ = try plan(listed, in: folder)
      }
    }
  }
}

@Suite("One class normal, run")
struct OneClassNormalRunTests {
  @Test("trains on that class alone and calls all others anomalous, in every file and message")
  func run() throws {
    try withTemporaryFolder { folder in
      let text = """
        dataset: {name: digits, side: 32}
        protocol: {split: one-class-normal}
        normal_class: [3]
        detector: {width: 2, latent_size: 4, epochs: 1, batch_size: 64}
        seeds: [0]
        """
      let experiment = try Experiment.parse(text: text, path: "experiments/tiny.yaml")
      var sizes: [Int] = []
      let run = try #require(
        try execute(plan(experiment, in: folder)) { event in
          if case .runStarted(_, _, _, let training, let test, _) = event { sizes = [training, test] }
        }.started.first)
      #expect(sizes == [146, 1651])
      #expect(run.title == "ganomaly, 3 normal, seed 0")
      let settings = try HDF5File.open(runPath(run, in: folder)).root.openGroup("run/settings").attributes
      #expect(try settings.readString("normal_class") == "3")
      #expect(try !settings.exists("held_out"))
      #expect(try plan(experiment, in: folder).missing.isEmpty)
      #expect(try RunFile.record(in: runPath(run, in: folder)).run == run.run)
      let summary = try Summary.read(from: "\(folder)/tiny.h5")
      #expect(summary.classRole == .normal && summary.heldOut == ["3"])
      let batch = try Experiment.parse(
        text: text, path: "experiments/tiny.yaml", overrides: ["detector.batch_size=200"])
      expectProblem(.usage, "has 146 training normals when 3 is the normal class") {
        _ = try plan(batch, in: folder)
      }
    }
  }
}
