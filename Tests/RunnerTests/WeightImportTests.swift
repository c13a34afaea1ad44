import Datasets
import Foundation
import Kernels
import Results
import Specs
import TestSupport
import Testing

@testable import Runner

@Suite("A run with imported weights")
struct WeightImportTests {
  @Test("holds what a trained one does: scores of held-out normals, file names, how well error maps do")
  func declared() throws {
    try withTemporaryFolder { folder in
      let images = try TinyImageFolder(in: folder)
      let (defect, rest) = ([UInt8](repeating: 255, count: 720), [UInt8](repeating: 0, count: 720))
      let mask = png(defect + rest, height: 40, width: 36)
      for file in images.files where file.contains("/test/") && !file.contains("/normal/") {
        try write(mask, to: file.replacing("/test/", with: "/ground_truth/"))
      }
      let text = """
        dataset: {name: folder, folder: parts, channels: 1}
        detector: {name: ganomaly, width: 2, latent_size: 4, epochs: 1, batch_size: 4}
        protocol: {split: official, validation_fraction: 0.25}
        seeds: [0]
        """
      let experiment = try Experiment.parse(text: text, path: "experiments/tiny.yaml")
      let results = "\(folder)/results"
      let run = try execute(plan(experiment, in: results, data: folder)).started[0]
      let path = runPath(run, in: results)
      let own = try RunFile.record(in: path)
      #expect(own.normalScores.values.map(\.count) == [3, 3])
      #expect(own.samples.fileNames.count == 15 && own.pixels.map(\.row) == ["dent", "scratch", "all"])

      let context = ComputeContext(threads: 1)
      let weights = try RunExport(runFile: path, context: context)
        .write(.safetensors, to: "\(folder)/weights.safetensors")[0]
      let imported = try WeightImport(
        weights, as: experiment,
        data: DataSearchPath(candidates: [DataSearchPath.Candidate(folder, .environment)]), results: results,
        context: context)
      _ = try imported()
      let record = try RunFile.record(in: imported.runFile)
      #expect(record.normalScores == own.normalScores)
      #expect(record.samples == own.samples)
      #expect(record.pixels == own.pixels)
    }
  }
}
