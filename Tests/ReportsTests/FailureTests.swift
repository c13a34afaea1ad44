import Settings
import Testing

@testable import Reports
@testable import Results

@Suite("Failed runs in a table")
struct FailureTests {
  @Test("have a mark of their own, apart from the missing, and a note with the cause")
  func text() {
    #expect(
      AUCTable.withFailure.text() == """
        CIFAR-10: AUROC, GANomaly

        held out  seed 0  seed 1  seed 2   mean   s.d.
        ──────────────────────────────────────────────
        bird        .500    .520    .540   .520   .020
        car         .625       —    .635   .630*  .007
        truck      1.000       —       ×  1.000*     —
        ──────────────────────────────────────────────
        mean        .708       —       —      —      —

        mean and sample standard deviation over 3 seeds (0, 1, 2)
        * mean over the finished seeds, fewer than 3
        2 of 9 values are missing (—), 1 of 9 values is missing because the run failed (×); no mean over classes \
        without all of them
        × truck held out, seed 2: it diverged

        """)
  }

  @Test("are marked in every form that people read")
  func documents() {
    #expect(AUCTable.withFailure.markdown.contains("|      × |"))
    #expect(AUCTable.withFailure.markdown.contains("- × truck held out, seed 2: it diverged"))
    #expect(AUCTable.withFailure.latex.contains("& $\\times$ &"))
    #expect(AUCTable.withFailure.latex.contains("$\\times$ truck held out, seed 2: it diverged"))
  }

  @Test("are marked where classes are columns, with and without several seeds")
  func columns() {
    func table(seeds: [Int]) -> AUCTable {
      AUCTable(
        title: "", detectors: ["a", "b"], heldOut: ["0", "1"], seeds: seeds,
        values: [
          seeds.map { _ in nil }, seeds.map { _ in 0.5 }, seeds.map { _ in nil }, seeds.map { _ in nil },
        ].chunked(2),
        failures: seeds.indices.map { AUCTable.Failure(detector: 0, heldOut: [0], seed: $0, cause: "c") })
    }
    for seeds in [[0], [0, 1]] {
      let text = table(seeds: seeds).text()
      #expect(text.contains("\na         ×  .500     —\n"), "\(text)")
      #expect(text.contains("\nb         —     —     —\n"), "\(text)")
    }
  }

  @Test("of one cause share a note, which names the first of many")
  func causes() {
    let seeds = Array(0..<9)
    let failures =
      seeds.map { AUCTable.Failure(detector: 0, heldOut: [0], seed: $0, cause: "first") }
      + [AUCTable.Failure(detector: 0, heldOut: [1], seed: 4, cause: "second")]
    let table = AUCTable(
      title: "", detectors: ["d"], heldOut: ["a", "b"], seeds: seeds,
      values: [[seeds.map { _ in nil }, seeds.map { $0 == 4 ? nil : 0.5 }]], failures: failures)
    #expect(
      table.causesOfFailure == [
        "× a held out, seed 0; a held out, seed 1; a held out, seed 2; a held out, seed 3; a held out, seed 4; "
          + "a held out, seed 5 and 3 more: first",
        "× b held out, seed 4: second",
      ])
    #expect(table.failedCount == 10)
  }

  @Test("are found in a summary, those of an image folder in all its rows")
  func summary() {
    let failure = RunFailure(
      kind: .diverged, cause: "training diverged", hint: "h", lastGoodEpoch: 2, commit: "c", time: "t")
    var summary = Summary(
      experiment: "e", detectors: ["ganomaly"], heldOut: ["dent", "all"], seeds: [0, 1],
      values: ["auroc": [[[0.5, .nan], [0.75, .nan]]]], pooledRow: "all",
      failures: [
        FailedRun(
          identifier: "1", title: "t", detector: "ganomaly", epochs: 3, heldOut: "all", seed: 1,
          failure: failure),
        FailedRun(
          identifier: "2", title: "t", detector: "other", epochs: 3, heldOut: "all", seed: 0, failure: failure
        ),
      ],
      headline: "l1, running, epoch last", pass: .running, epoch: .last, commits: "0123456789ab",
      protocolDescription: "parts, split official", resolvedSpec: "")
    let cause = "training diverged; last good epoch: 2"
    let pooled = AUCTable(summary)
    #expect(pooled.failures == [AUCTable.Failure(detector: 0, heldOut: [0, 1], seed: 1, cause: cause)])
    #expect(pooled.text().contains("× all held out, seed 1: \(cause)\n"))
    summary.pooledRow = nil
    #expect(AUCTable(summary).failures.map(\.heldOut) == [[1]])
  }

  @Test("of a sweep belong to their configuration, unless it stands for the runs of another rung")
  func configurations() {
    let failure = RunFailure(
      kind: .diverged, cause: "training diverged", hint: "h", lastGoodEpoch: 1, commit: "c", time: "t")
    func failed(_ configuration: String, epochs: Int) -> FailedRun {
      FailedRun(
        identifier: "1", title: "t", detector: "ganomaly", configuration: configuration, epochs: epochs,
        heldOut: "1", seed: 0, failure: failure)
    }
    let summary = Summary(
      experiment: "e", detectors: ["width=2", "width=4"], heldOut: ["0", "1"], seeds: [0],
      values: ["auroc": [[[0.5], [.nan]], [[0.75], [0.75]]]],
      failures: [failed("width=2", epochs: 2), failed("width=4", epochs: 2)],
      headline: "l1, running, epoch last", pass: .running, epoch: .last, commits: "0123456789ab",
      protocolDescription: "digits, split pooled", resolvedSpec: "",
      sweep: SweepSummary(
        fields: ["width"], values: [[.integer(2), .integer(4)]], criterion: .testAUROC,
        scores: [.nan, 0.75], epochs: [2, 4], isStopped: [true, false]))
    let cause = "training diverged; last good epoch: 1"
    #expect(
      AUCTable(summary).failures == [AUCTable.Failure(detector: 0, heldOut: [1], seed: 0, cause: cause)])
    let text = summary.table().text(width: 80)
    #expect(text.contains("\n2      .500     ×     ×       2  stopped\n"), "\(text)")
    #expect(text.contains("\n4      .750  .750  .750       4     best\n"), "\(text)")
    #expect(text.contains("\n1 of 4 values is missing because the run failed (×); no mean over classes "))
    #expect(text.contains("\n× width=2, 1 held out, seed 0: \(cause)\n"))
  }
}

extension Array {
  /// The elements in groups of `count`.
  fileprivate func chunked(_ count: Int) -> [[Element]] {
    stride(from: 0, to: self.count, by: count).map { Array(self[$0..<Swift.min(self.count, $0 + count)]) }
  }
}
