import Diagnostics
import Foundation
import Settings
import Specs
import TestSupport
import Testing

/// Writes `files` into a new folder and hands over the folder's path.
private func withSpecs<Result>(
  _ files: [String: String], _ body: (String) throws -> Result
) throws -> Result {
  try withTemporaryFolder { folder in
    for (name, text) in files {
      let path = "\(folder)/\(name)"
      try FileManager.default.createDirectory(
        atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }
    return try body(folder)
  }
}

private func parse(_ text: String, _ overrides: String...) throws -> Experiment {
  try Experiment.parse(text: text, path: "e.yaml", overrides: overrides)
}

extension Experiment {
  var ganomaly: GANomalySettings {
    get throws { try #require(detector.record as? GANomalySettings) }
  }
}

@Suite("The layers of a spec")
struct LayeringTests {
  @Test("begin with the defaults")
  func defaults() throws {
    let experiment = try parse("dataset: {name: mnist}")
    #expect(experiment.name == "e")
    #expect(experiment.description == "")
    #expect(experiment.preset == nil)
    #expect(experiment.heldOut == .all)
    #expect(experiment.seeds == [0, 1, 2])
    #expect(try experiment.ganomaly == GANomalySettings())
    #expect(experiment.evaluation == ProtocolSettings())
    #expect(experiment.source == Experiment.Source(path: "e.yaml", text: "dataset: {name: mnist}"))
  }

  @Test("give anchors, quotes and block style the same values as flow style")
  func styles() throws {
    let flow = try parse("dataset: {name: mnist}\ndetector: {width: 8, epochs: 8, beta1: 0.25}\nseeds: [1]")
    let block = try parse(
      """
      "dataset":
        name: "mnist"
      detector:
        width: &n 8
        epochs: *n
        beta1: 25e-2
      seeds:
      - 1
      """)
    #expect(flow.dataset == block.dataset)
    #expect(flow.detector == block.detector)
    #expect(flow.seeds == block.seeds)
  }

  @Test("beat each other: defaults, preset, bases, file, command line")
  func order() throws {
    let files = [
      "root.yaml": "dataset: {name: mnist}\nseeds: [7]\ndetector: {epochs: 3, width: 4}\nname: root\n",
      "sub/base.yaml": "extends: ../root.yaml\npreset: paper\ndetector: {width: 5, beta1: 0.1}\n",
      "sub/e.yaml": "extends: base.yaml\ndetector: {beta1: 0.2, batch_size: 6}\n",
    ]
    try withSpecs(files) { folder in
      let experiment = try Experiment.load(
        path: "\(folder)/sub/e.yaml", overrides: ["detector.batch_size=8", "detector.batch_size=7"])
      let ganomaly = try experiment.ganomaly
      #expect(experiment.name == "e", "a base's name is its own")
      #expect(experiment.preset == "paper")
      #expect(experiment.seeds == [7])
      #expect(ganomaly.latentSize == 100)
      #expect(ganomaly.learningRate == 2e-3, "the preset's")
      #expect(ganomaly.epochs == 3, "written out in the farthest base, though a nearer one has a preset")
      #expect(ganomaly.width == 5)
      #expect(ganomaly.beta1 == 0.2)
      #expect(ganomaly.batchSize == 7, "the last option's")
    }
  }

  @Test("hold one preset: the last one named")
  func presets() throws {
    try withSpecs(["base.yaml": "preset: paper\n", "e.yaml": "extends: base.yaml\npreset: clean\n"]) {
      folder in
      let path = "\(folder)/e.yaml"
      let clean = try Experiment.load(path: path, overrides: ["dataset.name=mnist"])
      #expect(clean.preset == "clean")
      #expect(clean.evaluation.score == .squaredL2)
      #expect(try clean.ganomaly.learningRate == 2e-4)
      let paper = try Experiment.load(path: path, overrides: ["dataset={name: mnist}", "preset=paper"])
      #expect(paper.evaluation.score == .l1)
    }
  }

  @Test("replace lists as a whole")
  func lists() throws {
    let text = "dataset: {name: mnist}\nseeds: [1, 2]\nheld_out: [3, 1]"
    #expect(try parse(text, "seeds=[5]").seeds == [5])
    #expect(try parse(text).heldOut == .classes(["1", "3"]), "in the data set's order")
    #expect(try parse(text, "held_out=all").heldOut == .all)
  }

  @Test("drop a value that a later layer makes idle, whatever a preset says")
  func idle() throws {
    let text = "dataset: {name: cifar10}\nprotocol: {batch_norm: batch, test_order: normals-first}"
    #expect(try parse(text).evaluation.testOrder == .normalsFirst)
    let running = try parse(text, "protocol.batch_norm=running")
    #expect(running.evaluation == ProtocolSettings())
    let preset = try parse("preset: code-2019\ndataset: {name: cifar10}\nprotocol: {batch_norm: running}")
    #expect(preset.evaluation.testOrder == .shuffled)
    let late = try parse(
      "dataset: {name: cifar10}\nprotocol: {test_order: normals-first}", "protocol.batch_norm=batch")
    #expect(late.evaluation.headlinePass == .batchNormalsFirst)
  }

  @Test(
    "give the option's own text as place",
    arguments: [
      ("detector.width=x", "must be an integer"), ("detector.wdth=3", "did you mean 'width'?"),
      ("seds=[1]", "did you mean 'seeds'?"), ("detector.width", "is not of the form key.path=value"),
      ("=3", "is not of the form"), ("detector.=3", "is not of the form"), ("seeds=[1", "not valid YAML"),
      ("seeds=", "has no value"), ("extends=a.yaml", "cannot be set"),
      ("detector=ganomaly", "must be a mapping"),
      ("detector.width.x=3", "a mapping"), ("protocol.test_order=shuffled", "has no effect here"),
    ])
  func overrides(_ option: String, _ words: String) throws {
    let error = try #require(throws: SpecProblems.self) { try parse("dataset: {name: mnist}", option) }
    #expect(error.problems.map(\.place) == ["--set \(option)"])
    #expect(error.description.contains(words))
  }

  @Test("are refused when they extend each other in a circle")
  func circle() throws {
    let files = ["a.yaml": "extends: b.yaml\n", "b.yaml": "name: b\nextends: ./sub/../a.yaml\n", "sub/x": ""]
    try withSpecs(files) { folder in
      let error = try #require(throws: SpecProblems.self) { try Experiment.load(path: "\(folder)/a.yaml") }
      #expect(error.problems.map(\.place) == ["\(folder)/b.yaml:2:10"])
      #expect(error.description.contains("circle"))
    }
  }

  @Test("name the base's line for what is wrong in the base")
  func baseProblems() throws {
    let files = [
      "base.yaml": "name: A\ndetector: {width: 0}\n", "e.yaml": "extends: base.yaml\ndataset: {name: mnist}",
    ]
    try withSpecs(files) { folder in
      let overridden = ["detector.width=3"]
      let error = try #require(throws: SpecProblems.self) {
        try Experiment.load(path: "\(folder)/e.yaml", overrides: overridden)
      }
      #expect(error.problems.map(\.place) == ["\(folder)/base.yaml:2:19"])
    }
  }
}

@Suite("A spec file")
struct SpecFileTests {
  @Test("that is missing is missing input")
  func missing() throws {
    let error = try #require(throws: SpecProblems.self) { try Experiment.load(path: "no/such.yaml") }
    let hint = "name a spec, such as experiments/quickstart.yaml"
    #expect(error.problems == [Problem(.missingInput, at: "no/such.yaml", "no such file", hint: hint)])
    #expect(error.exitStatus == 66)
  }

  @Test("may have a path of one letter, and any other")
  func paths() throws {
    let error = try #require(throws: SpecProblems.self) {
      try Experiment.parse(text: "extends: none.yaml", path: "m")
    }
    #expect(error.problems.map(\.cause) == ["there is no file 'none.yaml'"])
    #expect(throws: SpecProblems.self) { try Experiment.load(path: "x") }
    for (path, folder) in [
      ("m", ""), ("", ""), (".", ""), ("m/", ""), ("./m", "."), ("a/b", "a"), ("a//b//", "a"), ("/", "/"),
      ("/m", "/"), ("//m", "/"), ("/a/b", "/a"), ("a/é/b", "a/é"), ("a/\u{301}b", "a"),
    ] {
      #expect(parentFolder(of: path) == folder, "\(path)")
    }
  }

  @Test("that is a folder, or no UTF-8, is refused")
  func noText() throws {
    try withTemporaryFolder { folder in
      let isFolder = try #require(throws: SpecProblems.self) { try Experiment.load(path: folder) }
      #expect(isFolder.description.hasPrefix("\(folder): is a folder"))
      let path = "\(folder)/latin.yaml"
      try Data("name: a\ndescription: caf\u{E9}\n".unicodeScalars.map { UInt8($0.value) })
        .write(to: URL(fileURLWithPath: path))
      let latin = try #require(throws: SpecProblems.self) { try Experiment.load(path: path) }
      #expect(latin.problems.map(\.place) == ["\(path):2"])
      #expect(latin.description.contains("UTF-8"))
    }
  }

  @Test("may begin with a byte order mark and end its lines with CR LF")
  func windows() throws {
    try withSpecs(["e.yaml": "\u{FEFF}dataset: {name: mnist}\r\nseeds: [4]\r\nseds: 1\r\n"]) { folder in
      let error = try #require(throws: SpecProblems.self) { try Experiment.load(path: "\(folder)/e.yaml") }
      #expect(error.problems.map(\.place) == ["\(folder)/e.yaml:3:1"])
    }
  }

  @Test("whose name is no experiment's name must give one")
  func name() throws {
    let error = try #require(throws: SpecProblems.self) {
      try Experiment.parse(text: "dataset: {name: mnist}", path: "x/My Spec.yaml")
    }
    #expect(error.problems.map(\.place) == ["x/My Spec.yaml"])
    #expect(error.description.contains("name: my-spec"))
  }
}
