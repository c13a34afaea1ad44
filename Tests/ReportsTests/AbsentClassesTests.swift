import Foundation
import Settings
import Testing

@testable import Reports
@testable import Results

@Suite("Classes that a table does not show")
struct AbsentClassesTests {
  private func summary(_ change: (inout Summary) -> Void = { _ in }) -> Summary {
    var summary = Summary(
      experiment: "e", detectors: ["ganomaly"], heldOut: ["plane", "car", "truck"], seeds: [0, 1],
      values: ["auroc": [[[0.5, 0.6], [0.7, .nan], [.nan, .nan]]]], pooledRow: nil, headline: "h",
      pass: .running,
      epoch: .last, commits: "", protocolDescription: "cifar10",
      resolvedSpec: "name: e\ndataset:\n  name: cifar10\n  side: 32\n")
    change(&summary)
    return summary
  }

  @Test("are those of the data set that are not held out, in its order, and those whose runs are missing")
  func absent() {
    let absent = AbsentClasses(summary())
    #expect(absent.notShown == ["bird", "cat", "deer", "dog", "frog", "horse", "ship"])
    #expect(absent.notComputed == ["car (1 of 2)", "truck"])
    #expect(
      absent.note
        == "Not shown: bird, cat, deer, dog, frog, horse, ship. Not computed yet: car (1 of 2), truck.")
  }

  @Test("are none where every class has all its values, and a run that failed is no absence")
  func complete() throws {
    let all = summary {
      $0.heldOut = DatasetName.cifar10.classNames ?? []
      $0.values = ["auroc": [$0.heldOut.map { _ in [0.5, 0.5] }]]
    }
    #expect(AbsentClasses(all).note == nil)
    let failed = summary {
      $0.values = ["auroc": [[[0.5, 0.6], [0.7, 0.7], [0.5, .nan]]]]
      $0.failures = [
        FailedRun(
          identifier: "i", title: "t", detector: "ganomaly", configuration: "", epochs: 15, heldOut: "truck",
          seed: 1,
          failure: RunFailure(
            kind: .diverged, cause: "c", lastGoodEpoch: 1, commit: "0", time: RunFailure.time()))
      ]
    }
    #expect(AbsentClasses(failed).notComputed.isEmpty)
  }

  @Test("are not asked of an image folder, whose kinds only its files name, nor of a spec that is none")
  func folder() {
    for spec in ["dataset:\n  name: folder\n  folder: parts\n", "", "a: [", "- 1"] {
      #expect(AbsentClasses(summary { $0.resolvedSpec = spec }).notShown.isEmpty)
    }
  }

  @Test("stand in one line below the tables, the evaluations, the report's and the comparison's")
  func everywhere() throws {
    try SampleSummary.digits.write { path, _ in
      let contents = try SummaryContents(path: path)
      let line = "Not shown: 0, 1, 3, 4, 5, 6, 7, 9."
      let summary = contents.summary
      #expect(AUCTable(summary).notes.contains(line))
      let evaluations = try EvaluationsTable(summary, SummaryEvaluations.read(from: path))
      let comparison = try Comparison(summary, at: path, metric: .auroc, published: [])
      let rendered: [any RenderedTable] = [AUCTable(summary), evaluations, comparison]
      for table in rendered {
        for text in [table.text(width: 100), table.markdown, table.latex, table.json] {
          #expect(text.contains(line))
        }
      }
      #expect(try ResultsPage(contents, published: []).markdown().contains("- \(line)\n"))
      #expect(try Report(contents).cautions.contains(line))
    }
  }

  @Test("stand below an audit, with the data set where there are several")
  func audit() throws {
    let text = """
      dataset: {name: digits}
      held_out: [2, 8]
      seeds: [0]
      detector: {epochs: 3}
      sweep: {one_by_one: {detector.latent_size: [4]}}

      """
    try SampleSummary(text: text).write { (path, _) throws in
      #expect(try AuditTable(summaries: [path]).notes.last == "Not shown: 0, 1, 3, 4, 5, 6, 7, 9.")
      let copy = "\(path).copy.h5"
      try FileManager.default.copyItem(atPath: path, toPath: copy)
      #expect(
        try AuditTable(summaries: [path, copy]).notes.last == "digits: Not shown: 0, 1, 3, 4, 5, 6, 7, 9.")
    }
  }
}
