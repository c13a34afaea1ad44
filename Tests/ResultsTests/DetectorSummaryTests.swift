import Diagnostics
import Foundation
import HDF5
import Settings
import Specs
import TestSupport
import Testing

@testable import Results

private let listed = """
  dataset: {name: digits}
  held_out: [0, 1]
  detectors: [{name: ganomaly, label: narrow, width: 8}, {name: ganomaly, test_samples: 100}]
  seeds: [0, 1]

  """

/// A detector that is fitted at once, on a part of what it is given.
private struct FewImagesSettings: DetectorRecord {
  static let detectorName = "few-images"
  static let fields: [SettingField<FewImagesSettings>] = []

  func scoreNames(_ evaluation: ProtocolSettings) -> [String] { ["distance"] }
  var smallestTrainingSet: (count: Int, field: String) { (2, "") }
  var noteInTables: String { "fitted on at most 10 images" }
}

private func runs(of experiment: Experiment) -> [IdentifiedRun] {
  experiment.configurations.flatMap { experiment.identifiedRuns(of: $0, dataFingerprint: "f") }
}

private func collect(_ experiment: Experiment, _ runs: [IdentifiedRun], in folder: String) throws -> String {
  try SummaryFile.collect(experiment, runs: runs, results: folder, provenance: Provenance([]))
  return SummaryFile.path(results: folder, experiment: experiment.name)
}

@Suite("Summaries of several detectors")
struct DetectorSummaryTests {
  @Test("have a row for each, by its label, and say how many test images it was tested on")
  func rows() throws {
    let experiment = try sampleExperiment(listed)
    let runs = runs(of: experiment)
    #expect(runs.map(\.title)[0] == "ganomaly, narrow, 0 held out, seed 0")
    #expect(runs.map(\.title)[4] == "ganomaly, 0 held out, seed 0")
    try withTemporaryFolder { folder in
      try writeRuns(Array(runs[..<5]), of: experiment, to: folder)
      let path = try collect(experiment, runs, in: folder)
      let summary = try Summary.read(from: path)
      #expect(summary.detectors == ["narrow", "ganomaly"])
      #expect(summary.cells("auroc") == [[[0.5, 0.51], [0.6, 0.61]], [[0.5, nil], [nil, nil]]])
      #expect(summary.testSamples == [0, 100])
      #expect(summary.sweep == nil)
      #expect(summary.headline == "squared-l2, running, epoch last")
      let auc = try HDF5File.open(path).root.openGroup("auc")
      #expect(try auc.openDataset("auroc").dimensionLabels() == ["detector", "held_out", "seed"])
      let identifiers = try auc.openDataset("run").readStrings()
      #expect(identifiers.shape == [2, 2, 2])
      #expect(identifiers.values == runs.prefix(5).map(\.identifier) + ["", "", ""])
      #expect(try auc.openDataset("run").dimensionLabels() == ["detector", "held_out", "seed"])
      #expect(try auc.openDataset("test_samples").dimensionLabels() == ["detector"])
      // Each detector's first run of a class is illustrated.
      let material = try HDF5File.open(path).root.openGroup("material").children().map(\.name)
      #expect(Set(material) == Set([0, 2, 4].map { runs[$0].identifier }))
    }
  }

  @Test("tell of a failed run by the detector's label")
  func failures() throws {
    let experiment = try sampleExperiment(listed)
    let runs = runs(of: experiment)
    let failure = RunFailure(
      kind: .diverged, cause: "c", hint: "", lastGoodEpoch: 0, commit: "x", time: "t")
    try withTemporaryFolder { folder in
      try writeRuns([runs[0]], of: experiment, to: folder)
      try FailureFile.write(
        failure,
        to: FailureFile.path(results: folder, experiment: "sample", identifier: runs[1].identifier))
      let summary = try Summary.read(from: collect(experiment, runs, in: folder))
      #expect(summary.failures == [FailedRun(runs[1], failure)])
      #expect(summary.failures[0].row == "narrow" && summary.failures[0].detector == "ganomaly")
    }
  }

  @Test("tell the samples that each run was tested on, and its scores")
  func scores() throws {
    let experiment = try sampleExperiment(listed)
    let runs = runs(of: experiment)
    try withTemporaryFolder { folder in
      try writeRuns([runs[4]], of: experiment, to: folder)
      let path = try collect(experiment, runs, in: folder)
      #expect(try Summary.read(from: path).runs?[1][0] == [runs[4].identifier, ""])
      let record = sampleRecord(runs[4])
      #expect(
        try SummaryScores(in: path).headline(of: runs[4].identifier, row: "0")
          == CellScores(
            sampleIndex: record.samples.index, scores: [2, 0, 1, 3, 5, 4],
            isAnomalous: record.samples.isAnomalous))
    }
  }

  @Test("say what is to be known of a detector, once for all that it holds for")
  func notes() throws {
    var experiment = try sampleExperiment(listed)
    for index in 0..<2 { experiment.detectors[index].detector = DetectorSettings(FewImagesSettings()) }
    try withTemporaryFolder { folder in
      let summary = try Summary.read(from: collect(experiment, runs(of: experiment), in: folder))
      #expect(summary.detectorNotes == ["narrow, ganomaly: fitted on at most 10 images"])
      experiment.detectors[1].detector = DetectorSettings(GANomalySettings())
      let other = try Summary.read(from: collect(experiment, runs(of: experiment), in: folder))
      #expect(other.detectorNotes == ["narrow: fitted on at most 10 images"])
      #expect(Headline(experiment).words == "narrow: distance; ganomaly: squared-l2, running, epoch last")
      #expect(try Summary.read(from: collect(sampleExperiment(), in: folder)).detectorNotes.isEmpty)
    }
  }

  @Test("of detectors that differ in their scores name these by the detectors")
  func headline() throws {
    let both = try sampleExperiment(listed)
    #expect(Headline(both).words == "squared-l2, running, epoch last")
    let single = try sampleExperiment("dataset: {name: digits}\nprotocol: {score: l1, batch_norm: batch}\n")
    #expect(Headline(single).words == "l1, batch-shuffled, epoch last")
    let swept = try sampleExperiment(
      "dataset: {name: digits}\nsweep: {grid: {protocol.score: [l1, squared-l2], "
        + "protocol.epoch: [last, best-on-test]}}\n")
    #expect(Headline(swept).words == "l1 or squared-l2, running, epoch last or best-on-test")
  }
}

@Suite("Summaries of normal classes")
struct NormalClassSummaryTests {
  private let text = """
    dataset: {name: digits}
    protocol: {split: one-class-normal}
    normal_class: [0, 1]
    seeds: [0]

    """

  @Test("call their dimension normal_class, in the summary, in its runs and in the run files")
  func dimension() throws {
    let experiment = try sampleExperiment(text)
    let runs = identified(experiment)
    #expect(runs.map(\.title) == ["ganomaly, 0 normal, seed 0", "ganomaly, 1 normal, seed 0"])
    let failure = RunFailure(
      kind: .diverged, cause: "c", hint: "", lastGoodEpoch: 0, commit: "x", time: "t")
    try withTemporaryFolder { folder in
      try writeRuns([runs[0]], of: experiment, to: folder)
      try FailureFile.write(
        failure,
        to: FailureFile.path(results: folder, experiment: "sample", identifier: runs[1].identifier))
      let own = try HDF5File.open(runPath(runs[0], of: experiment, in: folder)).root.openGroup("run")
      // From the run's file, then from the summary alone.
      for _ in 0..<2 {
        let path = try collect(experiment, in: folder)
        let summary = try Summary.read(from: path)
        #expect(summary.classRole == .normal)
        #expect(summary.heldOut == ["0", "1"])
        #expect(summary.cells("auroc") == [[[0.5], [nil]]])
        #expect(summary.failures == [FailedRun(runs[1], failure)])
        let root = try HDF5File.open(path).root
        let labels = ["detector", "normal_class", "seed"]
        #expect(try root.openDataset("auc/auroc").dimensionLabels() == labels)
        #expect(try root.openDataset("evaluations/auroc_last").dimensionLabels() == ["evaluation"] + labels)
        let stored = try root.openGroup("runs/\(runs[0].identifier)")
        #expect(try stored.openGroup("settings").attributes.readString("normal_class") == "0")
        let names = try hdf5Contents(of: path).keys
        #expect(names.contains("failures/normal_class"))
        #expect(!names.contains { $0.contains("held_out") })
        try? FileManager.default.removeItem(atPath: runPath(runs[0], of: experiment, in: folder))
      }
      #expect(try own.openGroup("settings").attributes.readString("normal_class") == "0")
    }
  }

  @Test("give all samples of a run, whose class is the normal one and no kind of anomaly")
  func scores() throws {
    let experiment = try sampleExperiment(text)
    let runs = identified(experiment)
    try withTemporaryFolder { folder in
      var record = sampleRecord(runs[0])
      record.samples.classIndex = [0, 0, 0, 1, 2, 2]
      try write(record, of: experiment, to: folder)
      let scores = try SummaryScores(in: collect(experiment, in: folder))
      #expect(
        try scores.headline(of: runs[0].identifier, row: "0")?.isAnomalous == record.samples.isAnomalous)
    }
  }
}
