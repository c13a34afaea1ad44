import Foundation
import TestSupport
import Testing

@Suite("A damaged result file")
struct DamagedFileTests {
  /// HDF5 files without a seal of which some end a process by a signal, and some keep the library busy for ever.
  private static let fatal: [(name: String, bytes: [UInt8])] = {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("FuzzTests/Corpus/unsealed")
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()) ?? []
    return names.map { name in
      (name, Array((try? Data(contentsOf: folder.appendingPathComponent(name))) ?? Data()))
    }
  }()

  @Test("that the HDF5 library does not survive is told as damaged, wherever it lies")
  func fatalFiles() throws {
    #expect(Self.fatal.count >= 4)
    for (name, bytes) in Self.fatal {
      try withWorkplace { workplace in
        try workplace.layOutImages()
        try workplace.write(bytes, to: "results/parts.h5")
        try workplace.write(bytes, to: "results/parts/runs/0123456789abcdef.h5")
        for command in [
          "table results/parts.h5", "report results/parts.h5", "plan parts.yaml", "run parts.yaml",
          "score results/parts/runs/0123456789abcdef.h5 data/parts/test", "parity results/parts.h5",
        ] {
          let begin = ContinuousClock.now
          let outcome = try Program.run(command.split(separator: " ").map(String.init), in: workplace.folder)
          #expect(ContinuousClock.now - begin < .seconds(60), "\(name): \(command)")
          #expect(!outcome.wasSignalled, "\(name): \(command)")
          #expect(outcome.status == 65, "\(name): \(command): \(outcome.error)")
          #expect(outcome.isMessage && outcome.error.contains("damaged"), "\(name): \(outcome.error)")
        }
      }
    }
  }

  @Test("is found by `verify` among all files of a folder, and only it")
  func verification() throws {
    try withWorkplace { workplace in
      let finished = try workplace.layOutResults()
      let good = try workplace.run("verify")
      #expect(good.status == 0, "\(good.output)")
      #expect(good.output == "3 intact, 0 without a checksum, 0 damaged\n")

      let run = Workplace.runFile(finished.identifiers[0])
      var bytes = finished.runs[finished.identifiers[0], default: []]
      bytes[bytes.count / 2] ^= 1
      try workplace.write(bytes, to: run)
      try unseal(workplace.path(Workplace.runFile(finished.identifiers[1])))
      try workplace.write(Self.fatal[0].bytes, to: "results/old.h5")
      try workplace.write("{", to: "results/parts/runs/0123456789abcdef.failed")
      let outcome = try workplace.run("verify", "results")
      #expect(outcome.status == 65)
      let lines = outcome.output.split(separator: "\n")
      #expect(lines.count == 5, "\(outcome.output)")
      #expect(lines[0].hasPrefix("results/old.h5: it is damaged: "), "\(lines)")
      #expect(
        lines.contains { $0.hasPrefix("\(run): it is damaged: its content does not have the checksum") })
      #expect(
        lines.contains { $0.hasSuffix("\(finished.identifiers[1]).h5: has no checksum, and can be read") })
      #expect(
        lines.contains { $0.hasPrefix("results/parts/runs/0123456789abcdef.failed: it is not a record") })
      #expect(lines[4] == "1 intact, 1 without a checksum, 3 damaged")
    }
  }

  @Test("`verify` names a folder that is not there")
  func missing() throws {
    let outcome = try withWorkplace { try $0.run("verify", "nowhere") }
    #expect(outcome.status == 66)
    #expect(outcome.error.hasPrefix("ganomaly: nowhere: no such folder"))
  }
}
