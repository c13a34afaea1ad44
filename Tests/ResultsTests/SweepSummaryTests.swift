import Foundation
import HDF5
import Settings
import Specs
import TestSupport
import Testing

@testable import Results

private let sweep = """
  dataset: {name: digits}
  held_out: [0, 1]
  seeds: [0, 1]
  detector: {epochs: 9}
  sweep:
    grid: {detector.latent_size: [4, 8], detector.objective: [v1, v3]}
    choose_by: test-auroc

  """

/// Writes a run of each configuration whose AUROC is `areas`, every held-out class and seed alike.
private func write(
  _ runs: [IdentifiedRun], _ areas: [String: Double], of experiment: Experiment, to folder: String
) throws {
  var records: [String: RunRecord] = [:]
  for run in runs {
    guard let area = areas[run.configuration] else { continue }
    // Configurations that differ in the score are of one training.
    var record = records[run.identifier] ?? sampleRecord(run)
    if records[run.identifier] == nil { record.history.validationLosses = [0.3, 0.2, 1 - area] }
    let position = record.history.scores.firstIndex { $0.key == run.run.headlineView.score }
    record.history.scores[try #require(position)].last = measures(area)
    records[run.identifier] = record
  }
  for record in records.values { try write(record, of: experiment, to: folder) }
}

private func runs(_ experiment: Experiment, epochs: Int? = nil) -> [IdentifiedRun] {
  experiment.configurations.flatMap {
    experiment.identifiedRuns(of: $0, epochs: epochs, dataFingerprint: "f")
  }
}

private func collect(_ experiment: Experiment, _ runs: [IdentifiedRun], in folder: String) throws -> String {
  try SummaryFile.collect(experiment, runs: runs, results: folder, provenance: Provenance([]))
  return SummaryFile.path(results: folder, experiment: experiment.name)
}

@Suite("The summary of a sweep")
struct SweepSummaryTests {
  @Test("has the configurations for its first axis, and the varied values beside them")
  func axis() throws {
    let experiment = try sampleExperiment(sweep)
    let labels = experiment.configurations.map(\.label)
    try withTemporaryFolder { folder in
      let areas = [labels[0]: 0.5, labels[1]: 0.75, labels[3]: 0.625]
      try write(runs(experiment), areas, of: experiment, to: folder)
      let path = try collect(experiment, runs(experiment), in: folder)
      let summary = try Summary.read(from: path)
      #expect(summary.detectors == labels)
      #expect(summary.cells("auroc").map { $0[1][1] } == [0.5, 0.75, nil, 0.625])
      #expect(summary.headline == "squared-l2, running, epoch last")
      let read = try #require(summary.sweep)
      #expect(read.fields == ["latent_size", "objective"])
      #expect(read.values[0] == [4, 4, 8, 8].map(SettingValue.integer))
      #expect(read.values[1] == ["v1", "v3", "v1", "v3"].map(SettingValue.text))
      #expect(read.criterion == .testAUROC)
      #expect(read.scores[1] == 0.75 && read.scores[2].isNaN)
      #expect(read.best == 1)
      #expect(!read.hasRungs && read.epochs == [9, 9, 9, 9])

      let root = try HDF5File.open(path).root
      #expect(
        try root.openDataset("auc/auroc").dimensionLabels() == ["configuration", "held_out", "seed"])
      for group in ["auc", "sweep"] {
        let values = try root.openDataset("\(group)/latent_size")
        #expect(try values.dimensionLabels() == ["configuration"])
        #expect(try values.read(Int.self).values == [4, 4, 8, 8])
      }
      #expect(try root.openGroup("sweep").attributes.readString("best") == labels[1])
    }
  }

  @Test("packs its runs, each with its measures, its history and the order of the headline's scores")
  func packed() throws {
    let experiment = try sampleExperiment(sweep)
    let all = runs(experiment)
    try withTemporaryFolder { folder in
      let areas = Dictionary(uniqueKeysWithValues: experiment.configurations.map { ($0.label, 0.5) })
      try write(all, areas, of: experiment, to: folder)
      // From the run files, then from the summary itself.
      for isThere in [true, false] {
        if !isThere { try FileManager.default.removeItem(atPath: "\(folder)/sample/runs") }
        let path = try collect(experiment, all, in: folder)
        let file = try HDF5File.open(path).root
        #expect(try file.attributes.readNumber(Int.self, "schema_version") == FileSchema.packedVersion)
        #expect(try !file.exists("runs") && !file.exists("test_sets"))
        let root = try FileSchema.summary.open(path)
        #expect(try root.attributes.readString("experiment") == "sample")
        #expect(try Set(root.openGroup("runs").names()) == Set(all.map(\.identifier)))
        for run in all {
          let record = sampleRecord(run)
          let stored = try SummaryRunGroup.read(from: root.openGroup("runs/\(run.identifier)"))
          #expect(stored.record.samples == record.samples)
          #expect(stored.record.history.scores.map(\.measures) == record.history.scores.map(\.measures))
          let view = run.run.headlineView
          for (score, orders) in zip(record.history.scores, stored.orders) {
            for (choice, order) in zip(EpochChoice.allCases, orders) {
              let isHeadline = score.key == view.score && choice == view.epoch
              #expect((order != nil) == isHeadline, "\(score.label), \(choice)")
            }
          }
        }
      }
    }
  }

  @Test("is refused without its seal, since nothing else checks the packed bytes")
  func unsealed() throws {
    let experiment = try sampleExperiment(sweep)
    try withTemporaryFolder { folder in
      let path = try collect(experiment, runs(experiment), in: folder)
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      try bytes.dropLast(100).write(to: URL(fileURLWithPath: path))
      #expect(throws: (any Error).self) { try Summary.read(from: path) }
    }
  }

  @Test("of an experiment without one is not there")
  func absent() throws {
    let experiment = try sampleExperiment()
    try withTemporaryFolder { folder in
      let path = try collect(experiment, identified(experiment), in: folder)
      #expect(try Summary.read(from: path).sweep == nil)
      #expect(try !HDF5File.open(path).root.exists("sweep"))
      #expect(try HDF5File.open(path).root.exists("auc/detector"))
    }
  }

  @Test("shows the last rung of each configuration, and which were stopped by what")
  func halving() throws {
    let experiment = try sampleExperiment(
      sweep.replacing(
        "choose_by: test-auroc", with: "choose_by: validation-loss\n  halving: {first: 3, factor: 4}")
        + "protocol: {validation_fraction: 0.1}\n")
    let labels = experiment.configurations.map(\.label)
    let first = runs(experiment, epochs: 3)
    let second = experiment.identifiedRuns(
      of: experiment.configurations[2], epochs: 9, dataFingerprint: "f")
    try withTemporaryFolder { folder in
      try write(
        first, Dictionary(uniqueKeysWithValues: zip(labels, [0.5, 0.6, 0.9, 0.7])), of: experiment, to: folder
      )
      try write(second, [labels[2]: 0.95], of: experiment, to: folder)
      let read = try #require(
        Summary.read(from: collect(experiment, first + second, in: folder)).sweep)
      #expect(read.epochs == [3, 3, 9, 3])
      #expect(read.isStopped == [true, true, false, true])
      #expect(read.scores == [0.5, 0.4, 1 - 0.95, 1 - 0.7])
      #expect(read.best == 2)
      let summary = try Summary.read(from: SummaryFile.path(results: folder, experiment: experiment.name))
      #expect(summary.cells("auroc").map { $0[0][0] } == [0.5, 0.6, 0.95, 0.7])
      #expect(
        try SummarizedRuns(in: SummaryFile.path(results: folder, experiment: experiment.name)).identifiers
          .count
          == 20)

      // The same numbers decide, whether they are read from run files or from the summary.
      for removes in [false, true] {
        if removes { try FileManager.default.removeItem(atPath: "\(folder)/sample/runs") }
        let reader = try CriterionReader(.validationLoss, experiment: "sample", results: folder)
        #expect(try reader.mean(of: first[0..<4]) == 0.5)
        #expect(try reader.mean(of: second) == 1 - 0.95)
        let absent = experiment.identifiedRuns(
          of: experiment.configurations[0], epochs: 9, dataFingerprint: "f")
        #expect(try reader.mean(of: absent).isNaN)
      }
    }
  }

  @Test("prefers the first of equally good configurations, and none where nothing is chosen")
  func best() {
    var summary = SweepSummary(
      fields: ["a"], values: [[.integer(1), .integer(2), .integer(3)]], criterion: .testAUROC,
      scores: [.nan, 0.5, 0.5], epochs: [1, 1, 1], isStopped: [false, false, false])
    #expect(summary.best == 1)
    summary.scores = [0.25, 0.5, 0.75]
    #expect(summary.best == 2)
    summary.criterion = .validationLoss
    #expect(summary.best == 0)
    summary.criterion = nil
    #expect(summary.best == nil)
  }
}
