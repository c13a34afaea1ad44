import Diagnostics
import Foundation
import HDF5
import Settings
import TestSupport
import Testing

@testable import Results

@Suite("Run files")
struct RunFileTests {
  private func withRunFile(_ body: (_ path: String, _ record: RunRecord) throws -> Void) throws {
    let experiment = try sampleExperiment()
    let run = identified(experiment)[3]
    let record = sampleRecord(run)
    try withTemporaryFolder { folder in
      let path = runPath(run, of: experiment, in: folder)
      try write(record, of: experiment, to: folder)
      try body(path, record)
    }
  }

  @Test("hold scores, labels and samples bit for bit")
  func scores() throws {
    try withRunFile { path, record in
      let run = try HDF5File.open(path).root.openGroup("run")
      #expect(try run.openDataset("sample_index").read(Int.self).values == record.samples.index)
      #expect(try run.openDataset("labels").read(UInt8.self).values == [0, 0, 0, 1, 1, 1])
      #expect(try run.openDataset("class_index").read(Int.self).values == record.samples.classIndex)
      #expect(try run.openDataset("class_names").readStrings().values == ["0", "1", "2"])
      #expect(
        try run.openDataset("evaluation").readStrings().values == ["squared-l2, running", "l1, running"])
      let (scores, shape) = try run.openDataset("scores").read(Float.self)
      #expect(scores == record.history.scores.flatMap(\.lastScores))
      #expect(shape == [2, 6])
      #expect(
        try run.openDataset("best_scores").read(Float.self).values
          == record.history.scores.flatMap(\.bestScores))
      #expect(try run.openDataset("score").readStrings().values == ["squared-l2", "l1"])
      #expect(try run.openDataset("pass").readStrings().values == ["running", "running"])
      #expect(try run.openDataset("epoch_samples").read(Int.self).values == [2000, 2000])
      #expect(try run.openDataset("scores").dimensionLabels() == ["evaluation", "sample_index"])
      #expect(try run.openDataset("labels").dimensionLabels() == ["sample_index"])
    }
  }

  @Test("hold every measure and loss of every epoch")
  func history() throws {
    try withRunFile { path, record in
      let run = try HDF5File.open(path).root.openGroup("run")
      let history = try run.openGroup("history")
      for measure in Measures.all {
        let (values, shape) = try history.openDataset(measure.name).read(Double.self)
        #expect(values == record.history.scores.flatMap { $0.measures.map { $0[keyPath: measure.path] } })
        #expect(shape == [2, 3])
        let whole = try run.openDataset("whole_test/\(measure.name)").read(Double.self).values
        #expect(
          whole
            == record.history.scores.flatMap { score in
              EpochChoice.allCases.map { score[$0]?[keyPath: measure.path] }
            })
      }
      #expect(try history.openDataset("auroc").dimensionLabels() == ["evaluation", "epoch"])
      #expect(try history.openDataset("epoch").read(Int.self).values == [1, 2, 3])
      #expect(try history.openDataset("best_epoch").read(Int.self).values == [2, 1])
      #expect(try history.openDataset("losses/generator").read(Double.self).values == [3, 2, 1 / 3])
      #expect(try history.openDataset("losses/generator").dimensionLabels() == ["epoch"])
      #expect(try history.openDataset("discriminator_redraws").read(Int.self).values == [0, 2, 0])
      #expect(try history.attributes.readNumbers(Double.self, "training_seconds") == [1, 2, 3])
    }
  }

  @Test("say which run they are and where it was made")
  func attributes() throws {
    try withRunFile { path, record in
      let root = try HDF5File.open(path).root
      #expect(try root.attributes.readString("schema") == "ganomaly-run")
      let run = try root.openGroup("run")
      #expect(try run.attributes.readString("id") == record.identifier)
      let settings = try run.openGroup("settings")
      #expect(try settings.attributes.readString("held_out") == "1")
      #expect(try settings.attributes.readNumber(Int.self, "seed") == 1)
      let detector = try settings.openGroup("detector").attributes
      #expect(try detector.readNumber(Double.self, "learning_rate") == 2e-4)
      #expect(try detector.readNumber(Int.self, "latent_size") == 100)
      #expect(try detector.readString("objective") == "v3")
      #expect(try run.attributes.readString("data_fingerprint") == "f")
      #expect(try run.attributes.readNumber(Int.self, "training_images") == 100)
      #expect(try run.openGroup("environment").attributes.readString("host") == "näher")
      #expect(try RunFile.record(in: path).run == record.run)
    }
  }

  @Test("give the weights back")
  func weights() throws {
    try withRunFile { path, record in
      let weights = try RunFile.weights(in: path)
      #expect(weights == sampleWeights.sorted { $0.name < $1.name })
      #expect(weights[0].values[0].sign == .minus)
    }
  }

  @Test("hold galleries as bytes and features to twelve bits")
  func material() throws {
    try withRunFile { path, record in
      let material = try HDF5File.open(path).root.openGroup("material")
      let (input, shape) = try material.openDataset("most_normal/input").read(UInt8.self)
      #expect(input == sampleMaterial.galleries[0].inputs)
      #expect(shape == [2, 1, 2, 2])
      #expect(try material.openDataset("most_normal/sample").read(Int.self).values == [1, 2])
      let components = try material.openDataset("features/components").read(Float.self)
      #expect(components.shape == [3, 2])
      for (stored, exact) in zip(components.values, sampleMaterial.features?.components ?? []) {
        #expect(abs(stored - exact) <= abs(exact) * 0x1p-12)
      }
      #expect(components.values[..<4] == [1, 2, 3, -1])
    }
  }

  @Test(
    "round features to the nearest of twelve bits",
    arguments: zip(
      [1, 0, 1 + 0x1p-11, 1 + 0x1.8p-12, 1 + 0x1p-13, -1 - 0x1.8p-12, 2 - 0x1p-20, .infinity] as [Float],
      [1, 0, 1 + 0x1p-11, 1 + 0x1p-11, 1, -1 - 0x1p-11, 2, .infinity] as [Float]))
  func rounding(value: Float, expected: Float) {
    #expect(MaterialGroup.drawingPrecision(value) == expected)
    #expect(MaterialGroup.drawingPrecision(.nan).isNaN)
  }

  @Test("are the same bytes for the same record")
  func reproducible() throws {
    try withRunFile { path, record in
      try RunFile.write(record, sampleMaterial, weights: sampleWeights, to: path + ".again")
      #expect(try bytes(path) == bytes(path + ".again"))
    }
  }

  @Test("are read only under their own id")
  func identity() throws {
    try withRunFile { (path, record) throws in
      #expect(try RunFile.record(at: path, identifier: record.identifier).identifier == record.identifier)
      expectProblem(.badData, "the file holds run \(record.identifier)") {
        _ = try RunFile.record(at: path, identifier: "0123456789abcdef")
      }
    }
  }

  @Test("give the record back bit for bit")
  func roundTrip() throws {
    try withRunFile { path, record in
      let read = try RunFile.record(in: path)
      #expect(read.history.scores == record.history.scores)
      #expect(read.samples == record.samples)
      #expect(read.dataFingerprint == "f" && read.trainingImages == 100)
    }
  }

  @Test("are refused before HDF5 sees them when a byte of them is another")
  func seal() throws {
    try withRunFile { path, record in
      let good = Array(try bytes(path))
      for position in stride(from: 8, to: good.count - 100, by: good.count / 40) {
        var bad = good
        bad[position] ^= 4
        try Data(bad).write(to: URL(fileURLWithPath: path))
        expectProblem(.badData, "it is damaged") { _ = try RunFile.record(in: path) }
      }
    }
  }

  @Test("are refused when they are of another kind or of a newer version")
  func foreign() throws {
    try withRunFile { path, record in
      let foreign = path + ".foreign"
      try writeHDF5(foreign)
      expectProblem(.badData, "not a ganomaly run file") { _ = try RunFile.weights(in: foreign) }
      let experiment = try sampleExperiment()
      let summary = try collect(experiment, in: path + ".results")
      expectProblem(.badData, "a summary, not a run file") { _ = try RunFile.weights(in: summary) }
      try unseal(path)
      let file = try HDF5File.open(path, .readWrite)
      try file.root.attributes.write(FileSchema.version + 1, to: "schema_version")
      try file.close()
      expectProblem(.badData, "use a newer ganomaly") { _ = try RunFile.weights(in: path) }
      try Data("text".utf8).write(to: URL(fileURLWithPath: path))
      expectProblem(.badData, "it is not an HDF5 file") {
        _ = try RunFile.record(at: path, identifier: record.identifier)
      }
    }
  }
}

@Suite("Atomic files")
struct AtomicFileTests {
  private struct Interruption: Error {}

  @Test("leave the old content and nothing else when writing throws")
  func interruption() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/deep/er/file"
      try AtomicFile.write(path) { try Data("old".utf8).write(to: URL(fileURLWithPath: $0)) }
      #expect(throws: Interruption.self) {
        try AtomicFile.write(path) { temporary in
          try Data("half of the ne".utf8).write(to: URL(fileURLWithPath: temporary))
          throw Interruption()
        }
      }
      #expect(try bytes(path) == Data("old".utf8))
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/deep/er") == ["file"])
      try AtomicFile.write(path) { try Data("new".utf8).write(to: URL(fileURLWithPath: $0)) }
      #expect(try bytes(path) == Data("new".utf8))
    }
  }

  @Test("say where a folder cannot be made and where a file cannot be put")
  func refusals() throws {
    try withTemporaryFolder { folder in
      try Data().write(to: URL(fileURLWithPath: "\(folder)/file"))
      expectProblem(.inputOutput, "\(folder)/file: the folder cannot be created") {
        try AtomicFile.write("\(folder)/file/below/run.h5") { _ in }
      }
      try FileManager.default.createDirectory(
        atPath: "\(folder)/taken/full", withIntermediateDirectories: true)
      expectProblem(.inputOutput, "\(folder)/taken: cannot be renamed into place") {
        try AtomicFile.write("\(folder)/taken") { try Data().write(to: URL(fileURLWithPath: $0)) }
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["file", "taken"])
    }
  }
}
