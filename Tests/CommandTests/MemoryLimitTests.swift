import Foundation
import Testing

/// `ulimit -v`, as SGE's `h_vmem` sets it. How much the program takes by itself depends on how it was built, so that
/// limits are found by trying.
@Suite("A limit of the address space", .serialized)
struct MemoryLimitTests {
  private static let small = """
    dataset: {name: digits, side: 32}
    held_out: [1]
    detector: {name: pca}
    seeds: [0]

    """

  private func run(_ spec: String, kilobytes: Int, _ workplace: Workplace) throws -> Program.Outcome {
    try Program.run(
      shell: "ulimit -v \(kilobytes); exec timeout -s KILL 100 \"$GANOMALY\" run \(spec) --threads 1",
      in: workplace.folder)
  }

  @Test("is told where it is too small, before anything is computed, and nothing is tried for ever")
  func tooSmall() throws {
    try withWorkplace { workplace in
      try workplace.write(Self.small, to: "small.yaml")
      var statuses: [Int32] = []
      // With less than 200 MB, not even the system can start the program.
      for kilobytes in stride(from: 200_000, through: 1_500_000, by: 30_000) {
        let outcome = try run("small.yaml", kilobytes: kilobytes, workplace)
        statuses.append(outcome.status)
        if outcome.status == 71 {
          #expect(outcome.error.contains("matrix products"), "\(outcome.error)")
          #expect(outcome.error.contains("raise the limit"), "\(outcome.error)")
          #expect(workplace.files().allSatisfy { !$0.hasSuffix(".h5") })
        }
        if outcome.status == 0 { break }
        #expect(
          outcome.status != 128 + SIGKILL && !(outcome.wasSignalled && outcome.status == SIGKILL),
          "\(kilobytes)")
      }
      #expect(statuses.last == 0, "\(statuses)")
      #expect(statuses.contains(71), "\(statuses)")
    }
  }

  @Test("under which one run has no room costs the others nothing, is its failure, and is not tried again")
  func oneRun() throws {
    try withWorkplace { workplace in
      try workplace.write(Self.small, to: "small.yaml")
      try workplace.write(
        """
        dataset: {name: digits, side: 32}
        held_out: [1]
        detectors:
          - {name: ganomaly, width: 512, batch_size: 1024, epochs: 1}
          - {name: pca}
        seeds: [0]

        """, to: "two.yaml")
      // Room for the one, and some more.
      let enough = try #require(
        stride(from: 400_000, through: 1_500_000, by: 100_000).first { kilobytes in
          let outcome = try? run("small.yaml", kilobytes: kilobytes, workplace)
          try? workplace.remove("results")
          return outcome?.status == 0
        })
      let outcome = try run("two.yaml", kilobytes: enough + 100_000, workplace)
      #expect(outcome.status == 1, "\(outcome.error)")
      #expect(outcome.error.contains("MiB of memory"), "\(outcome.error)")
      #expect(!outcome.error.contains("Fatal error"), "\(outcome.error)")
      let plan = try workplace.run("plan", "two.yaml")
      #expect(
        plan.output.contains("failed: out-of-memory") || plan.output.contains("1 failed"), "\(plan.output)")
      #expect(plan.output.contains("1 done"), "\(plan.output)")
      let again = try run("two.yaml", kilobytes: enough + 100_000, workplace)
      #expect(again.status == 1)
      #expect(begunSeeds(again.error) == [])
    }
  }

  @Test("is to be chosen by what `plan --estimate` says")
  func estimate() throws {
    try withWorkplace { workplace in
      try workplace.write(Spec.digits, to: "digits.yaml")
      func megabytes(batch: Int, testBatch: Int = 64) throws -> Double {
        let outcome = try workplace.run(
          "plan", "digits.yaml", "--estimate", "--threads", "1", "--set", "held_out=[1]", "--set",
          "detector.width=32", "--set", "detector.batch_size=\(batch)", "--set",
          "protocol.test_batch=\(testBatch)")
        #expect(outcome.status == 0, "\(outcome.error)")
        let line = try #require(
          outcome.output.split(separator: "\n").first { $0.hasPrefix("memory: about ") })
        let words = line.split(separator: " ")
        let number = try #require(Double(words[2]))
        return words[3] == "GB" ? 1000 * number : number
      }
      let (few, many) = (try megabytes(batch: 16), try megabytes(batch: 512))
      #expect(few > 10 && many > few + 30, "\(few), \(many)")
      let scored = try megabytes(batch: 16, testBatch: 512)
      #expect(scored > few + 30, "\(few), \(scored)")
    }
  }
}
