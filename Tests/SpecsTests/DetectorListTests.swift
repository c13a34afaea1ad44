import Diagnostics
import Settings
import TestSupport
import Testing

@testable import Specs

private let base = "dataset: {name: digits}\nheld_out: [0, 1]\nseeds: [0, 1]\n"
private let two = """
  detectors:
    - {name: ganomaly, label: narrow, width: 8}
    - {name: ganomaly, width: 16, test_samples: 100}

  """

private func experiment(_ text: String, _ overrides: String...) throws -> Experiment {
  try Experiment.parse(text: text, path: "e.yaml", overrides: overrides)
}

private func problem(_ text: String, _ overrides: String...) throws -> Problem {
  let error = try #require(throws: SpecProblems.self) {
    try Experiment.parse(text: text, path: "e.yaml", overrides: overrides)
  }
  #expect(error.problems.count == 1, "\(error)")
  return error.problems[0]
}

private func width(_ run: Run) -> Int? { (run.detector.record as? GANomalySettings)?.width }

@Suite("Several detectors in a spec")
struct DetectorListTests {
  @Test("are each run with all classes and seeds, under their labels")
  func runs() throws {
    let experiment = try experiment(base + two)
    #expect(experiment.detectors.map(\.label) == ["narrow", "ganomaly"])
    #expect(experiment.configurations.map(\.label) == ["narrow", "ganomaly"])
    #expect(experiment.runCount == 8)
    #expect(experiment.runs.map(width) == [8, 8, 8, 8, 16, 16, 16, 16])
    #expect(experiment.runs.map(\.heldOut) == ["0", "0", "1", "1", "0", "0", "1", "1"])
    #expect(experiment.detector == experiment.detectors[0].detector)
  }

  @Test("have the ids that their runs have in specs of a single detector")
  func identity() throws {
    let listed = try experiment(base + two)
    let singles = [
      try experiment(base + "detector: {width: 8}\n"),
      try experiment(base + "detector: {width: 16}\nprotocol: {test_samples: 100}\n"),
    ]
    #expect(listed.runs == singles.flatMap(\.runs))
    let identifiers = listed.configurations.flatMap { listed.identifiers(of: $0, dataFingerprint: "f") }
    #expect(identifiers == singles.flatMap(\.runs).map { $0.identifier(dataFingerprint: "f") })
    #expect(Set(identifiers).count == 8)
  }

  @Test("take the preset's values, and the protocol's number of test images where they give none")
  func layers() throws {
    let text = base + "preset: paper\n" + two
    let paper = try experiment(text, "protocol.test_samples=200")
    #expect(paper.runs.map(\.evaluation.testSamples) == [200, 200, 200, 200, 100, 100, 100, 100])
    #expect(
      paper.detectors.allSatisfy {
        ($0.detector.record as? GANomalySettings)?.learningRate == 2e-3
      })
    #expect(try experiment(text, "detectors.ganomaly.test_samples=0").runs[4].evaluation.testSamples == 0)
  }

  @Test("are changed one at a time by their labels, and replaced as a list")
  func changes() throws {
    let changed = try experiment(
      base + two, "detectors.narrow.width=4", "detectors.narrow.epochs=3", "detectors.ganomaly.epochs=2")
    #expect(changed.runs.map(width) == [4, 4, 4, 4, 16, 16, 16, 16])
    #expect(changed.detectors.map(\.detector.epochs) == [3, 2])
    let replaced = try experiment(base + two, "detectors=[{name: ganomaly, width: 2}]")
    #expect(replaced.detectors.map(\.label) == ["ganomaly"])
    #expect(replaced.runs.map(width) == [2, 2, 2, 2])
  }

  @Test("replace the list, or the single detector, of the spec that theirs extends")
  func extending() throws {
    try withTemporaryFolder { folder in
      func write(_ text: String, _ name: String) throws {
        try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
      }
      try write(base + two, "list.yaml")
      try write(base + "detector: {width: 3}\n", "single.yaml")
      let other = "detectors: [{name: ganomaly, width: 5, label: five}]\n"
      for name in ["list.yaml", "single.yaml"] {
        try write("extends: \(name)\n" + other, "over.yaml")
        let experiment = try Experiment.load(path: "\(folder)/over.yaml")
        #expect(experiment.detectors.map(\.label) == ["five"])
        #expect(experiment.runs.map(width) == [5, 5, 5, 5])
      }
      try write("extends: list.yaml\ndetectors: {narrow: {width: 9}}\n", "over.yaml")
      #expect(try Experiment.load(path: "\(folder)/over.yaml").runs.map(width).first == 9)
      try write("extends: list.yaml\ndetector: {width: 3}\n", "over.yaml")
      let error = #expect(throws: SpecProblems.self) { try Experiment.load(path: "\(folder)/over.yaml") }
      #expect(error?.problems[0].cause == "'detector' has no effect beside 'detectors'")
      #expect(error?.problems[0].hint == "a list of one takes the list's place: detectors: [{name: …}]")
    }
  }

  @Test("are resolved with every value, and read back as they were")
  func resolved() throws {
    let experiment = try experiment(base + two)
    #expect(
      experiment.resolvedYAML.contains("\ndetectors:\n  - {name: ganomaly, label: narrow, objective: v3, "))
    #expect(experiment.resolvedYAML.contains("\n  - {name: ganomaly, test_samples: 100, objective: v3, "))
    #expect(!experiment.resolvedYAML.contains("detector:"))
    for text in [experiment.resolvedYAML, experiment.resolvedJSON] {
      var again = try Experiment.parse(text: text, path: "e.yaml")
      again.source = experiment.source
      #expect(again == experiment)
    }
  }

  @Test(
    "are refused where they make no sense, at their place",
    arguments: [
      ("detectors: []\n", "4:12", "must be a list of detectors, not an empty list"),
      ("detectors: ganomaly\n", "4:12", "not the text 'ganomaly'"),
      ("detectors: {narrow: {width: 3}}\n", "4:12", "a mapping, which changes the entries of a list"),
      ("detectors: [{width: 3}]\n", "4:13", "an entry of 'detectors' has no name"),
      ("detectors: [{name: gan}]\n", "4:20", "'detectors.name' must be"),
      ("detectors: [ganomaly]\n", "4:13", "must be a mapping"),
      ("detectors: [{name: ganomaly, label: ''}]\n", "4:37", "the label of a detector is empty"),
      ("detectors: [{name: ganomaly, label: 3}]\n", "4:37", "'detectors.label' must be a text"),
      ("detectors: [{name: ganomaly, width: 0}]\n", "4:37", "'detectors.ganomaly.width' must be an integer"),
      ("detectors: [{name: ganomaly, wdth: 3}]\n", "4:30", "unknown key 'wdth' in detectors.ganomaly"),
      ("detectors: [{name: ganomaly, test_samples: 1}]\n", "4:44", "no normal and anomalous one"),
      ("detectors: [{name: ganomaly, test_samples: no}]\n", "4:44", "'detectors.ganomaly.test_samples'"),
      (
        "detectors: [{name: ganomaly}, {name: ganomaly, width: 3}]\n", "4:38",
        "two detectors are called 'ganomaly'"
      ),
      (
        "detectors: [{name: ganomaly}, {name: ganomaly, label: b}]\n", "4:55",
        "'b' has the same values as 'ganomaly'"
      ),
      (
        "detector: {width: 3}\ndetectors: [{name: ganomaly}]\n", "4:1",
        "beside 'detectors' (write one of the two)"
      ),
      (
        "detectors: [{name: ganomaly}]\nsweep: {grid: {detector.width: [2, 3]}}\n", "5:8",
        "a sweep varies one detector"
      ),
    ])
  func refusals(_ text: String, _ place: String, _ words: String) throws {
    let found = try problem(base + text)
    #expect(found.place == "e.yaml:\(place)")
    #expect(found.description.contains(words), "\(found)")
  }

  @Test("are not changed by an option for a single detector, or for one that there is not")
  func options() throws {
    #expect(try problem(base + two, "detector.width=3").hint.contains("--set detectors.LABEL.FIELD=VALUE"))
    #expect(try problem(base + two, "detectors.narow.width=3").hint == "did you mean 'narrow'?")
    #expect(
      try problem(base + two, "detectors.narrow.name=ganomaly").cause.contains("cannot be changed alone"))
  }
}
