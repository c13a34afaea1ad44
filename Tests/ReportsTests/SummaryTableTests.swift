import Reports
import Settings
import Testing

@testable import Results

@Suite("The table of a summary")
struct SummaryTableTests {
  private func summary(_ change: (inout Summary) -> Void = { _ in }) -> Summary {
    var summary = Summary(
      experiment: "e", detectors: ["ganomaly"], heldOut: ["dent", "scratch"], seeds: [0],
      values: ["auroc": [[[0.5], [0.75]]], "equal_error_rate": [[[0.25], [.nan]]]], pooledRow: nil,
      headline: "l1, running, epoch last", pass: .running, epoch: .last, commits: "0123456789ab",
      protocolDescription: "parts, split official", resolvedSpec: "")
    change(&summary)
    return summary
  }

  @Test("names the measure, the protocol and the sources")
  func notes() {
    let table = AUCTable(summary())
    #expect(table.title == "e: parts, split official")
    #expect(table.metric == "AUROC")
    #expect(table.notes == ["Scores: l1, running, epoch last.", "Computed by ganomaly 0123456789ab."])
    #expect(table.meansOverHeldOut(detector: 0) == [0.625])
    let errors = AUCTable(summary(), measure: "equal_error_rate")
    #expect(errors.metric == "EER")
    #expect(errors.values == [[[0.25], [nil]]])
  }

  @Test("says what makes its numbers optimistic")
  func warnings() {
    #expect(AUCTable(summary { $0.epoch = .bestOnTest }).notes[1].contains("chosen on the test set"))
    #expect(AUCTable(summary { $0.pass = .batchNormalsFirst }).notes[1].contains("every test batch"))
  }

  @Test("says which detectors were tested on a choice of images, and what else is to be known of them")
  func detectors() {
    let two = summary {
      $0.detectors = ["a", "b"]
      $0.values = ["auroc": [[[0.5], [0.75]], [[0.6], [0.7]]]]
      $0.testSamples = [0, 100]
      $0.detectorNotes = ["a: fitted on at most 10 images"]
    }
    let notes = AUCTable(two).notes
    #expect(notes[1].hasPrefix("b: tested on 100 random images of each test set, the same for all detectors"))
    #expect(notes[2] == "a: fitted on at most 10 images.")
    var all = two
    all.testSamples = [50, 50]
    #expect(AUCTable(all).notes[1].hasPrefix("tested on 50 random images"))
    all.testSamples = [50, 100]
    #expect(AUCTable(all).notes[1].hasPrefix("a: tested on 50 random"))
    #expect(AUCTable(all).notes[2].hasPrefix("b: tested on 100 random"))
    #expect(!AUCTable(summary()).notes.contains { $0.contains("random images") })
  }

  @Test("has no mean over kinds beside the row of all kinds")
  func pooledRow() {
    let table = AUCTable(
      summary {
        $0.heldOut = ["dent", "all"]
        $0.pooledRow = "all"
      })
    #expect(table.meansOverHeldOut(detector: 0) == [nil])
    #expect(!table.text().contains("mean"))
    #expect(table.text().contains("'all' is all kinds of anomaly together"))
    #expect(AUCTable(summary()).text().contains("mean"))
  }
}
