import Foundation
import Results
import Runner
import Specs
import TestSupport
import Testing

@Suite("A stale run")
struct StaleTests {
  private func reasons(_ plan: Plan) -> [[String]] { plan.staleRuns().map(\.reasons) }

  @Test("says which values of the spec have changed, and to what")
  func values() throws {
    try withTemporaryFolder { folder in
      try execute(plan(tinyExperiment("held_out=[1]", "detector.epochs=1"), in: folder))
      func now(_ overrides: String...) throws -> [[String]] {
        let all = ["held_out=[1]", "detector.epochs=1"] + overrides
        return reasons(try plan(tinyExperiment(overrides: all), in: folder))
      }
      #expect(try now("detector.learning_rate=2e-3") == [["detector.learning_rate 0.0002, now 0.002"]])
      #expect(
        try now("protocol.score=l1", "protocol.batch_norm=batch", "detector.width=3") == [
          [
            "protocol.score squared-l2, now l1", "protocol.batch_norm running, now batch",
            "detector.width 2, now 3", "protocol.test_order none, now shuffled",
          ]
        ])
      #expect(
        try now("held_out=[2]", "seeds=[4]") == [["the spec no longer asks for 1 held out with seed 0"]])
      #expect(try now("detector.redraw_limit=3") == [["detector.redraw_limit 0, now 3"]])
      #expect(try now("description=other words").isEmpty)
    }
  }

  @Test("says so from the summary where its own file is gone, and when its file is damaged")
  func sources() throws {
    try withTemporaryFolder { folder in
      let runs = try execute(plan(tinyExperiment("detector.epochs=1"), in: folder)).started
      try FileManager.default.removeItem(atPath: runPath(runs[0], in: folder))
      try Data("hello".utf8).write(to: URL(fileURLWithPath: runPath(runs[1], in: folder)))
      let stale = try plan(tinyExperiment("detector.width=4"), in: folder).staleRuns()
      let byRun = Dictionary(uniqueKeysWithValues: stale.map { ($0.identifier, $0.reasons) })
      #expect(byRun[runs[0].identifier] == ["detector.width 2, now 4", "detector.epochs 1, now 2"])
      let damaged = try #require(byRun[runs[1].identifier]?.first)
      #expect(damaged.hasPrefix("its origin cannot be read: "), "\(damaged)")
    }
  }

  @Test("says that the data have changed, be it in one byte")
  func data() throws {
    try withTemporaryFolder { folder in
      let images = try TinyImageFolder(in: folder)
      let experiment = try TinyImageFolder.experiment()
      let before = try plan(experiment, in: "\(folder)/results", data: folder)
      try execute(before)
      #expect(reasons(try plan(experiment, in: "\(folder)/results", data: folder)).isEmpty)
      var pixels = [UInt8](repeating: 7, count: 40 * 36)
      try write(png(pixels, height: 40, width: 36), to: images.files[0])
      let first = try plan(experiment, in: "\(folder)/results", data: folder)
      try execute(first)
      pixels[600] ^= 1
      try write(png(pixels, height: 40, width: 36), to: images.files[0])
      let second = try plan(experiment, in: "\(folder)/results", data: folder)
      #expect(second.missing.count == 1)
      let prints = [before, first, second].map { String($0.dataset.fingerprint.prefix(12)) }
      #expect(Set(prints).count == 3)
      #expect(
        Set(reasons(second)) == [
          ["the data have changed (fingerprint \(prints[0]), now \(prints[2]))"],
          ["the data have changed (fingerprint \(prints[1]), now \(prints[2]))"],
        ])
    }
  }

  @Test("says that the program computes otherwise than before")
  func numerics() throws {
    try withTemporaryFolder { folder in
      let experiment = try tinyExperiment("held_out=[1]", "detector.epochs=1")
      let path = runPath(try execute(plan(experiment, in: folder)).started[0], in: folder)
      // The same run as an earlier program would have stored it.
      var record = try RunFile.record(in: path)
      let earlier = numericsVersion - 1
      record.identifier = record.run.identifier(dataFingerprint: record.dataFingerprint, numerics: earlier)
      for index in record.provenance.facts.indices
      where record.provenance.facts[index].name == "numerics_version" {
        record.provenance.facts[index].value = String(earlier)
      }
      try RunFile.write(
        record, RunMaterial(imageShape: [1, 32, 32], galleries: [], features: nil), weights: [],
        to: RunFile.path(results: folder, experiment: "tiny", identifier: record.identifier))
      for file in [path, "\(folder)/tiny.h5"] { try FileManager.default.removeItem(atPath: file) }
      let now = try plan(experiment, in: folder)
      #expect(now.missing.count == 1)
      #expect(reasons(now) == [["numerics version \(earlier), now \(numericsVersion)"]])
    }
  }

  @Test("is none after a run with other threads, nor in another folder")
  func neutral() throws {
    try withTemporaryFolder { folder in
      let experiment = try tinyExperiment("held_out=[1]", "detector.epochs=1")
      try execute(plan(experiment, in: "\(folder)/a"), threads: 1)
      try FileManager.default.moveItem(atPath: "\(folder)/a", toPath: "\(folder)/b")
      let moved = try plan(experiment, in: "\(folder)/b")
      #expect(moved.stale.isEmpty && moved.missing.isEmpty)
      #expect(try execute(moved, threads: 2).started.isEmpty)
    }
  }
}
