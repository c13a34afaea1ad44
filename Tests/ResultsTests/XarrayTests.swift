import Foundation
import TestSupport
import Testing

@testable import Results

/// One that has xarray and h5netcdf.
private let python = Python.having("xarray", "h5netcdf")

@Suite(
  "xarray",
  .enabled(
    if: python != nil, "needs a python3 with xarray and h5netcdf; name one in $GANOMALY_PYTHON to run these"))
struct XarrayTests {
  /// Prints a group's dimensions, coordinates and variables as lines.
  private static let program = """
    import sys, xarray
    dataset = xarray.open_dataset(sys.argv[1], group=sys.argv[2], engine="h5netcdf")
    for name, coordinate in dataset.coords.items():
        print(name, coordinate.dims, coordinate.values.tolist())
    for name in sys.argv[3:]:
        print(name, dataset[name].dims, dataset[name].values.tolist())
    """

  private func lines(_ path: String, _ group: String, _ variables: String...) throws -> [String] {
    let arguments = [path, group] + variables
    let python = try #require(python)
    let printed = try Python.output(of: python, "import sys; sys.argv[1:] = \(arguments)\n" + Self.program)
    return printed.split(separator: "\n").map(String.init)
  }

  @Test("opens the table as an array with labels")
  func table() throws {
    let experiment = try sampleExperiment()
    let runs = identified(experiment)
    try withTemporaryFolder { folder in
      try writeRuns([runs[0], runs[1], runs[3]], of: experiment, to: folder)
      let path = try collect(experiment, in: folder)
      #expect(
        try lines(path, "auc", "auroc") == [
          "detector ('detector',) ['ganomaly']", "held_out ('held_out',) ['0', '1']",
          "seed ('seed',) [0, 1]",
          "auroc ('detector', 'held_out', 'seed') [[[0.5, 0.51], [nan, \(sampleArea(runs[3]))]]]",
        ])
    }
  }

  @Test("opens a sweep as arrays by configuration, with the varied values beside them: a curve")
  func sweep() throws {
    let experiment = try sampleExperiment(
      "dataset: {name: digits}\nheld_out: [1]\nseeds: [0]\n"
        + "sweep: {grid: {detector.latent_size: [4, 8]}, choose_by: test-auroc}\n")
    let runs = experiment.configurations.flatMap {
      experiment.identifiedRuns(of: $0, dataFingerprint: "f")
    }
    try withTemporaryFolder { folder in
      try writeRuns(runs, of: experiment, to: folder)
      try SummaryFile.collect(experiment, runs: runs, results: folder, provenance: Provenance([]))
      let path = SummaryFile.path(results: folder, experiment: "sample")
      let auc = try lines(path, "auc", "auroc", "latent_size")
      #expect(auc.contains("configuration ('configuration',) ['latent_size=4', 'latent_size=8']"))
      #expect(auc.contains("auroc ('configuration', 'held_out', 'seed') [[[0.6]], [[0.6]]]"))
      #expect(auc.contains("latent_size ('configuration',) [4, 8]"))
      let sweep = try lines(path, "sweep", "criterion", "stopped")
      #expect(sweep.contains("field ('field',) ['latent_size']"))
      #expect(sweep.contains("criterion ('configuration',) [0.6, 0.6]"))
      #expect(sweep.contains("stopped ('configuration',) [0, 0]"))
    }
  }

  @Test("opens a run of a summary, whose references were made anew")
  func run() throws {
    let experiment = try sampleExperiment()
    let run = identified(experiment)[0]
    try withTemporaryFolder { folder in
      try writeRuns([run], of: experiment, to: folder)
      try collect(experiment, in: folder)
      try FileManager.default.removeItem(atPath: "\(folder)/sample/runs")
      let path = try collect(experiment, in: folder)
      let scores = try lines(path, "runs/\(run.identifier)", "labels", "pass")
      #expect(scores.contains("evaluation ('evaluation',) ['squared-l2, running', 'l1, running']"))
      #expect(scores.contains("sample_index ('sample_index',) [5, 3, 9, 11, 0, 70000]"))
      #expect(scores.contains("labels ('sample_index',) [0, 0, 0, 1, 1, 1]"))
      #expect(scores.contains("pass ('evaluation',) ['running', 'running']"))
      let history = try lines(path, "runs/\(run.identifier)/history", "auroc", "best_epoch")
      #expect(history.contains("epoch ('epoch',) [1, 2, 3]"))
      #expect(history.contains("auroc ('evaluation', 'epoch') [[0.4, 0.7, 0.5], [0.6, 0.5, 0.45]]"))
      let losses = try lines(path, "runs/\(run.identifier)/history/losses", "discriminator")
      #expect(losses == ["discriminator ('epoch',) [0.1, 0.2, 0.3]"])
    }
  }
}
