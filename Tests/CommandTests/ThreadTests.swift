import Foundation
import HDF5
import TestSupport
import Testing

@Suite("Threads")
struct ThreadTests {
  @Test("are as many as the processors that the process may use")
  func affinity() throws {
    try SharedFolder.with(runs: 1) { folder in
      let outcome = try Program.run(
        shell: "taskset -c 0 \"$GANOMALY\" run short.yaml", in: folder.workplace.folder)
      #expect(outcome.status == 0, "\(outcome.error)")
      #expect(!outcome.error.contains("warning"))
      let run = try #require(folder.finished().first)
      let file = try HDF5File.open(folder.workplace.path("results/short/runs/\(run).h5"))
      let environment = try file.root.openGroup("run/environment")
      #expect(try environment.attributes.readString("threads") == "1")
    }
  }

  @Test("that are more than these processors are warned of, once")
  func tooMany() throws {
    try SharedFolder.with(runs: 2) { folder in
      let outcome = try Program.run(
        shell: "taskset -c 0 \"$GANOMALY\" run short.yaml --threads 4 --jobs 2", in: folder.workplace.folder)
      #expect(outcome.status == 0, "\(outcome.error)")
      let warnings = outcome.errorLines.filter { $0.contains("warning") }
      #expect(
        warnings == [
          "ganomaly: warning: --threads 4, but this process may use 1 processor: fewer threads are faster"
        ])
    }
  }
}
