import Diagnostics
import Foundation
import Results
import TestSupport
import Testing

@testable import Runner

@Suite("The leftovers of an experiment")
struct LeftoverTests {
  private func plan(_ passes: String, in folder: String) throws -> Plan {
    try RunnerTests.plan(tinyExperiment("held_out=[0]", "protocol.passes=[\(passes)]"), in: folder)
  }

  private func checkpoints(_ housekeeping: Housekeeping) throws -> [String] {
    try housekeeping.leftovers().filter { $0.kind == .checkpoint }.map(\.path)
  }

  @Test("include the checkpoint of a run that is done, not of a finished one that is trained again")
  func retraining() throws {
    try withTemporaryFolder { folder in
      try execute(plan("running", in: folder))
      // Its result is in the summary, but its weights are gone.
      try FileManager.default.removeItem(atPath: "\(folder)/tiny/runs")
      let stop = StopAt(13)
      #expect(throws: Problem.self) {
        try execute(
          plan("running, batch-1", in: folder), options: RunnerOptions(stopRequest: { stop.request }))
      }
      let stopped = try plan("running, batch-1", in: folder)
      #expect(stopped.entries[0].hasCheckpoint)
      #expect(try checkpoints(Housekeeping(stopped)).isEmpty)
      #expect(try checkpoints(Housekeeping(results: folder, experiment: "tiny")).isEmpty)

      let path = stopped.files(of: stopped.runs[0]).checkpoint
      let checkpoint = try Data(contentsOf: URL(fileURLWithPath: path))
      try execute(stopped)
      try checkpoint.write(to: URL(fileURLWithPath: path))
      #expect(try checkpoints(Housekeeping(plan("running, batch-1", in: folder))) == [path])
    }
  }
}
