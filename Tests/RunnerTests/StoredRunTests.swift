import Detectors
import Diagnostics
import Foundation
import HDF5
import Images
import Kernels
import Results
import Runner
import Settings
import TestSupport
import Testing

@testable import Datasets

@Suite("A stored run")
struct StoredRunTests {
  /// Runs the digits with class 0 held out.
  private func withRun(
    _ overrides: String..., body: (_ run: StoredRun, _ path: String, _ dataset: Dataset) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let plan = try plan(tinyExperiment(overrides: ["held_out=[0]"] + overrides), in: folder)
      let path = runPath(plan.runs[0], in: folder)
      try execute(plan)
      try body(StoredRun(path), path, plan.dataset)
    }
  }

  @Test("holds scores that give its AUROC when the pairs are counted")
  func areas() throws {
    try withRun { run, _, _ in
      #expect(run.evaluations.count == 4)
      for evaluation in run.evaluations.indices {
        let area = countedArea(run.scores[evaluation], run.isAnomalous)
        #expect(abs(area - run.auroc[evaluation][1]) < 1e-12)
        let best = run.auroc[evaluation].max()
        #expect(run.auroc[evaluation][run.bestEpoch[evaluation] - 1] == best)
      }
      for (scores, (areas, best)) in zip(run.bestScores, zip(run.auroc, run.bestEpoch)) {
        #expect(abs(countedArea(scores, run.isAnomalous) - areas[best - 1]) < 1e-12)
      }
      #expect(run.rows.map(\.heldOut) == ["0"])
      #expect(run.rows[0].auroc == run.auroc[0][1])
    }
  }

  @Test("reads its headline at the best epoch where the spec says so")
  func bestEpoch() throws {
    try withRun("protocol.epoch=best-on-test", "detector.epochs=3") { (run, _, _) throws in
      #expect(run.rows[0].auroc == run.auroc[0].max())
    }
  }

  @Test("tests on all anomalies and the normals that do not train")
  func samples() throws {
    try withRun { run, _, dataset in
      #expect(run.sampleIndex.count == Set(run.sampleIndex).count)
      #expect(run.classIndex == run.sampleIndex.map { dataset.labels[$0] })
      #expect(run.isAnomalous == run.classIndex.map { $0 == 0 })
      #expect(run.classNames == (0...9).map(String.init))
      #expect(run.isAnomalous.count { $0 } == dataset.labels.count { $0 == 0 })
      let normals = dataset.labels.count { $0 != 0 }
      let training = try run.group.attributes.readNumber(Int.self, "training_images")
      #expect(training == Int(0.8 * Double(normals)))
      #expect(run.isAnomalous.count { !$0 } == normals - training)
    }
  }

  @Test("says with what it was made")
  func environment() throws {
    try withRun("detector.epochs=1") { run, _, _ in
      let facts = try run.group.openGroup("environment").attributes
      for name in [
        "commit", "dirty", "host", "system", "cpu", "target", "threads", "openblas_core", "openblas", "hdf5",
        "swift", "numerics_version", "written", "kernels", "instruction_set",
      ] {
        #expect(try !facts.readString(name).isEmpty, "\(name)")
      }
      #expect(try facts.readString("threads") == "2")
      #expect(try facts.readString("hdf5").wholeMatch(of: /\d+\.\d+\.\d+/) != nil)
      let losses = try run.group.openGroup("history/losses").children().map(\.name)
      #expect(losses.contains("generator") && losses.contains("discriminator_fake") && losses.count == 7)
      #expect(try run.group.openDataset("history/losses/encoder").shape() == [1])
    }
  }

  @Test("illustrates both ends of the ranking and its worst mistakes")
  func galleries() throws {
    try withRun { run, path, dataset in
      let scores = run.scores[0]
      let ascending = scores.indices.sorted { (scores[$0], $0) < (scores[$1], $1) }
      let expected = [
        "most_normal": Array(ascending.prefix(32)), "most_anomalous": ascending.suffix(32).reversed(),
        "missed": Array(ascending.filter { run.isAnomalous[$0] }.prefix(32)),
        "falsely_alarmed": ascending.filter { !run.isAnomalous[$0] }.suffix(32).reversed(),
      ]
      let made = try tinyExperiment().detector.makeDetector(
        image: dataset.images.shape, seed: 9, context: ComputeContext(threads: 1))
      let detector = try #require(made as? any Reconstructing)
      try detector.load(
        weights: RunFile.weights(in: path).map {
          NamedTensor(name: $0.name, shape: $0.shape, values: $0.values)
        })
      for (name, samples) in expected {
        let gallery = try run.material.openGroup(name)
        #expect(try gallery.openDataset("sample").read(Int.self).values == samples, "\(name)")
        let (input, shape) = try gallery.openDataset("input").read(UInt8.self)
        #expect(shape == [32, 1, 32, 32])
        let indices = samples.map { run.sampleIndex[$0] }
        #expect(input == indices.flatMap { dataset.images[$0] }, "\(name)")
        let selection = ImageSelection(dataset.images, indices: indices, scale: .symmetric)
        let reconstruction = try gallery.openDataset("reconstruction").read(UInt8.self).values
        #expect(reconstruction == detector.reconstruct(selection).bytes, "\(name)")
      }
    }
  }

  @Test("holds features of the test samples as principal components")
  func features() throws {
    try withRun { run, _, _ in
      let features = try run.material.openGroup("features")
      let samples = try features.openDataset("sample").read(Int.self).values
      #expect(samples == Array(run.sampleIndex.indices), "all of them, being fewer than 2,000")
      let components = rowsOf(try features.openDataset("components").read(Float.self))
      #expect(components[0].count == 50)
      let ratio = try features.openDataset("explained_variance_ratio").read(Double.self).values
      #expect(ratio == ratio.sorted(by: >))
      #expect(ratio.reduce(0, +) <= 1 + 1e-9 && ratio[0] > 0.02)
      let first = components.map { Double($0[0]) }
      let second = components.map { Double($0[1]) }
      let length = zip(first, first).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }) < 1e-3 * length)
      #expect(
        abs(first.reduce(0, +)) < 1e-3 * Double(first.count) * (length / Double(first.count)).squareRoot())
    }
  }

  @Test("scores image files as it scored the data set")
  func digits() throws {
    try withRun("protocol.score=l1") { run, path, _ in
      try withTemporaryFolder { folder in
        let digits = try Digits.load()
        let count = digits.shape.count
        // More than a batch, in another order than the test set's.
        let samples = Array(stride(from: run.sampleIndex.count - 1, to: 0, by: -6))
        let files = try samples.map { sample in
          let index = run.sampleIndex[sample]
          let file = "\(folder)/\(index).png"
          let pixels = Array(digits.bytes[index * count..<(index + 1) * count])
          try write(png(pixels, height: 8, width: 8), to: file)
          return file
        }
        #expect(files.count > 64)
        let trained = try TrainedRun(runFile: path, context: ComputeContext(threads: 1))
        #expect(trained.difference == nil)
        let scores = try trained.readableScores(files)
        #expect(run.evaluations[0] == "l1, running")
        #expect(worstRelativeError(scores, samples.map { run.scores[0][$0] }) < 1e-5)
      }
    }
  }

  @Test(
    "scores an image file to the same bits alone, among 1 to 65 files, and wherever it stands",
    arguments: [
      "name: ganomaly, width: 2, latent_size: 4, epochs: 1",
      "name: vae, hidden_size: 8, latent_size: 4, epochs: 1",
      "name: deep-svdd, epochs: 1, pretraining_epochs: 0", "name: autoencoder, epochs: 1", "name: pca",
      "name: mahalanobis", "name: oc-svm", "name: isolation-forest", "name: pixel-statistics",
    ])
  func scoresOfSingleImages(detector: String) throws {
    try withRun("detector={\(detector)}") { run, path, dataset in
      try withTemporaryFolder { folder in
        let digits = try Digits.load()
        let count = digits.shape.count
        let files = try (0..<65).map { index in
          let pixels = Array(digits.bytes[index * count..<(index + 1) * count])
          try write(png(pixels, height: 8, width: 8), to: "\(folder)/\(index).png")
          return "\(folder)/\(index).png"
        }
        let trained = try TrainedRun(runFile: path, context: ComputeContext(threads: 2))
        let alone = try files.map { try trained.readableScores([$0])[0].bitPattern }
        for size in 1...65 {
          let some = files.suffix(size)
          let scores = try trained.readableScores(Array(some)).map(\.bitPattern)
          #expect(scores == Array(alone.suffix(size)), "\(size) files")
        }
      }
    }
  }

  @Test(
    "says how its scores of files differ from its headline",
    arguments: [
      ("protocol.batch_norm=batch", "batch statistics"), ("protocol.epoch=best-on-test", "last epoch"),
    ])
  func difference(override: String, words: String) throws {
    try withRun(override, "detector.epochs=1") { run, path, _ in
      let trained = try TrainedRun(runFile: path, context: ComputeContext(threads: 1))
      #expect(try #require(trained.difference).contains(words))
    }
  }

  @Test("of which the weights do not fit is refused")
  func foreignWeights() throws {
    try withRun("detector.epochs=1") { _, path, _ in
      let damaged = path + ".damaged"
      try FileManager.default.copyItem(atPath: path, toPath: damaged)
      try unseal(damaged)
      let file = try HDF5File.open(damaged, .readWrite)
      let weights = try file.root.openGroup("weights")
      let network = try #require(weights.children().first?.name)
      let tensor = try #require(try weights.openGroup(network).children().first?.name)
      try weights.delete("\(network)/\(tensor)")
      try file.close()
      expectProblem(.badData, "/weights/\(network)/\(tensor): this tensor is missing") {
        _ = try TrainedRun(runFile: damaged, context: ComputeContext(threads: 1))
      }
    }
  }
}

@Suite("A run of an image folder")
struct ImageFolderRunTests {
  @Test("has a row for each kind of anomaly and one for all, and scores its files again")
  func rows() throws {
    try withTemporaryFolder { folder in
      let images = try TinyImageFolder(in: folder)
      let plan = try plan(TinyImageFolder.experiment(), in: "\(folder)/results", data: folder)
      try execute(plan)
      let path = runPath(plan.runs[0], in: "\(folder)/results")
      let run = try StoredRun(path)
      #expect(run.classNames == ["normal", "dent", "scratch"])
      #expect(run.sampleIndex == Array(12..<27))
      #expect(run.rows.map(\.heldOut) == ["dent", "scratch", "all"])
      for (row, kinds) in zip(run.rows, [[0, 1], [0, 2], [0, 1, 2]]) {
        let samples = run.classIndex.indices.filter { kinds.contains(run.classIndex[$0]) }
        let area = countedArea(samples.map { run.scores[0][$0] }, samples.map { run.classIndex[$0] != 0 })
        #expect(abs(row.auroc - area) < 1e-12, "\(row.heldOut)")
      }
      let summary = try Summary.read(from: plan.summaryPath)
      #expect(summary.heldOut == ["dent", "scratch", "all"])
      #expect(summary.cells("auroc") == [run.rows.map { [$0.auroc] }])

      let files = try ImageFile.paths(for: ["\(folder)/parts/test/normal", "\(folder)/parts/test"])
      #expect(files.count == 6 + 15)
      let tested = Array(images.files[12...])
      let trained = try TrainedRun(runFile: path, context: ComputeContext(threads: 2))
      #expect(worstRelativeError(try trained.readableScores(tested), run.scores[0]) < 1e-5)
      expectProblem(.missingInput, "\(folder)/absent.png") {
        _ = try ImageFile.paths(for: ["\(folder)/absent.png"])
      }
      expectProblem(.badData, "is not a PNG, JPEG, BMP, TIFF or WebP image") {
        _ = try trained.readableScores([tested[0], path])
      }
    }
  }

  @Test("is refused when a kind of anomaly is called as all kinds together are")
  func ambiguous() throws {
    try withTemporaryFolder { folder in
      _ = try TinyImageFolder(in: folder)
      try FileManager.default.moveItem(
        atPath: "\(folder)/parts/test/dent", toPath: "\(folder)/parts/test/all")
      expectProblem(.badData, "an anomaly kind is called 'all'") {
        _ = try plan(TinyImageFolder.experiment(), in: folder, data: folder)
      }
    }
  }
}

extension TrainedRun {
  /// The scores of files of which each can be read.
  fileprivate func readableScores(_ paths: [String]) throws -> [Float] {
    try score(files: paths).map { file in
      switch file {
      case .scored(let image): return image.score
      case .unreadable(let problem): throw problem
      }
    }
  }
}

private func worstRelativeError(_ scores: [Float], _ expected: [Float]) -> Float {
  precondition(scores.count == expected.count, "\(scores.count) scores, not \(expected.count)")
  return zip(scores, expected).map { abs($0 - $1) / abs($1) }.max() ?? 0
}
