import Foundation
import Results
import TestSupport
import Testing

@testable import Runner

@Suite("A job that is killed")
struct JobPoolTests {
  @Test("in a further evaluation of a finished run leaves its failure, and no other job tries it again")
  func furtherEvaluation() throws {
    try withTemporaryFolder { folder in
      func plan(_ passes: String) throws -> Plan {
        try RunnerTests.plan(
          tinyExperiment("held_out=[0]", "detector.epochs=1", "protocol.passes=[\(passes)]"), in: folder)
      }
      try execute(plan("running"))
      let lacking = try plan("running, batch-1")
      let run = lacking.runs[0]
      let (jobs, message, failure) = ("\(folder)/jobs", "\(folder)/message", lacking.files(of: run).failure)
      try JobLine(.evaluationStarted(run: run.identifier, evaluations: 1)).encoded()
        .write(to: URL(fileURLWithPath: message))
      // Like a job, it skips a failed run; and it gives up in the end.
      let script = """
        echo >> '\(jobs)'
        if [ -e '\(failure)' ] || [ "$(wc -l < '\(jobs)')" -gt 5 ]; then exit 0; fi
        cat '\(message)'
        kill -USR2 $$
        """
      let pool = JobPool(
        lacking, jobs: 1, threads: 1,
        command: JobPool.Command(executable: "/bin/sh", arguments: ["-c", script]), options: RunnerOptions()
      ) { _, _, _ in }
      let failures = try pool()
      #expect(failures.map(\.identifier) == [run.identifier])
      #expect(failures.map(\.failure.cause) == ["the process was ended by SIGUSR2"])
      #expect(try String(contentsOfFile: jobs, encoding: .utf8) == "\n\n")
      #expect(try plan("running, batch-1").entries.map(\.state) == failures.map { .failed($0.failure) })
      #expect(try plan("running").entries.map(\.state) == [.done], "what it had is still there")
    }
  }
}
