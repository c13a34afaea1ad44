import Foundation
import Settings
import Testing

@testable import Specs

/// The package's `experiments` folder.
private let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().appendingPathComponent("experiments").path

extension DetectorRecord {
  fileprivate static var keys: [String] { fields.map(\.key) }
}

@Suite("The committed experiments")
struct CommittedFilesTests {
  @Test("schema.json is what the fields say")
  func schema() throws {
    let committed = try String(contentsOfFile: "\(folder)/schema.json", encoding: .utf8)
    #expect(
      committed == Experiment.jsonSchema(),
      "out of date: write it anew with `ganomaly schema > experiments/schema.json`")
  }

  @Test("the schema knows every field")
  func fields() throws {
    let parsed = try JSONSerialization.jsonObject(with: Data(Experiment.jsonSchema().utf8)) as? [String: Any]
    func keys(_ section: String) -> Set<String> {
      let sections = parsed?["properties"] as? [String: [String: Any]]
      return Set((sections?[section]?["properties"] as? [String: Any] ?? [:]).keys)
    }
    #expect(keys("dataset") == Set(DatasetSettings.fields.map(\.key)))
    #expect(keys("protocol") == Set(ProtocolSettings.fields.map(\.key)))
    let sections = (parsed?["properties"] as? [String: [String: Any]])?["detector"]
    let kinds = sections?["anyOf"] as? [[String: Any]] ?? []
    try #require(kinds.count == DetectorSettings.kinds.count)
    for (kind, section) in zip(DetectorSettings.kinds, kinds) {
      let keys = (section["properties"] as? [String: Any] ?? [:]).keys
      #expect(Set(keys) == Set(kind.keys + ["name"]), "\(kind.detectorName)")
    }
    #expect(
      Set((parsed?["properties"] as? [String: Any] ?? [:]).keys) == Set(SpecKey.allCases.map(\.rawValue)))
    #expect(keys("sweep") == ["grid", "one_by_one", "random", "draws", "seed", "halving", "choose_by"])
  }

  @Test(
    "without leaks are legal, hold the runs they promise and open with their command",
    arguments: [("quickstart", 10), ("mnist-clean", 10), ("fashion-mnist", 30), ("cifar10-clean", 10)])
  func clean(_ name: String, _ count: Int) throws {
    let experiment = try Experiment.load(path: "\(folder)/\(name).yaml")
    #expect(experiment.name == name)
    #expect(experiment.preset == "clean")
    #expect(experiment.runs.count == count)
    #expect(try experiment.ganomaly.width == (name == "quickstart" ? 16 : 64))
    #expect(experiment.source.text.contains("\n#   ganomaly run experiments/\(name).yaml\n"))
    #expect(experiment.source.text.contains("\n# Cost: "))
  }

  @Test(
    "of the paper's tables are the code of its time at its size, evaluated in every pass",
    arguments: ["mnist", "cifar10"])
  func paper(_ name: String) throws {
    let experiment = try Experiment.load(path: "\(folder)/\(name).yaml")
    #expect(experiment.name == name)
    #expect(experiment.preset == "code-2018")
    #expect(experiment.runs.count == 10)
    let ganomaly = try experiment.ganomaly
    #expect(ganomaly.width == 64 && ganomaly.latentSize == 100 && ganomaly.epochs == 15)
    #expect(ganomaly.objective == .v0)
    #expect(Set(experiment.evaluation.allPasses) == Set(ScoringPass.allCases))
    #expect(experiment.evaluation.epochSamples == 2000)
    #expect(experiment.source.text.contains("\n#   ganomaly run experiments/\(name).yaml\n"))
    #expect(experiment.source.text.contains("\n# Cost: "))
  }

  @Test(
    "of the audit start from the reference code and change one choice at a time",
    arguments: [("mnist", 7, ["1", "2"]), ("cifar10", 6, ["bird", "frog"])])
  func audit(_ name: String, _ configurations: Int, _ heldOut: [String]) throws {
    let experiment = try Experiment.load(path: "\(folder)/audit/\(name).yaml")
    #expect(experiment.name == "audit-\(name)")
    #expect(experiment.preset == "code-2019")
    #expect(experiment.configurations.map(\.label).first == Configuration.unchanged)
    #expect(experiment.configurations.count == configurations)
    #expect(experiment.heldOutClasses == heldOut)
    #expect(Set(experiment.evaluation.allPasses) == [.running, .batchShuffled, .batchNormalsFirst])
    #expect(experiment.detector.epochs == 5)
    #expect(experiment.source.text.contains("\n#   ganomaly run experiments/audit/\(name).yaml\n"))
    #expect(experiment.source.text.contains("\n# Cost: "))
  }

  @Test(
    "of the audit from the code of 2018 change one choice at a time and evaluate every pass",
    arguments: [("mnist", 9, ["1", "2", "7", "8"]), ("cifar10", 8, ["car", "bird", "frog", "ship"])])
  func audit2018(_ name: String, _ configurations: Int, _ heldOut: [String]) throws {
    let experiment = try Experiment.load(path: "\(folder)/audit/\(name)-2018.yaml")
    #expect(experiment.name == "audit-2018-\(name)")
    #expect(experiment.preset == "code-2018")
    #expect(experiment.configurations.map(\.label).first == Configuration.unchanged)
    #expect(experiment.configurations.count == configurations)
    #expect(experiment.heldOutClasses == heldOut)
    #expect(experiment.runCount == configurations * 4 * 3)
    #expect(Set(experiment.evaluation.allPasses) == Set(ScoringPass.allCases))
    #expect(experiment.source.text.contains("\n#   ganomaly run experiments/audit/\(name)-2018.yaml\n"))
    #expect(experiment.source.text.contains("\n# Cost: "))
  }

  @Test("of three channels on MNIST differ from the audit's symmetric range in the channels alone")
  func channels() throws {
    let color = try Experiment.load(path: "\(folder)/audit/mnist-2018-channels.yaml")
    let audit = try Experiment.load(path: "\(folder)/audit/mnist-2018.yaml")
    let symmetric = try #require(audit.configurations.first { $0.label == "input_range=symmetric" })
    let pairs = zip(color.runs, audit.runs(of: symmetric))
    #expect(color.runs.count == 12 && audit.runs(of: symmetric).count == 12)
    for (run, other) in pairs { #expect(run.differences(from: other).map(\.key) == ["dataset.channels"]) }
  }

  @Test(
    "of the search hold all classes, one seed and every pass, and as many runs as they say",
    arguments: [
      ("mnist", 480, 16), ("mnist-width-32", 90, 32), ("cifar10", 240, 16), ("cifar10-width-32", 80, 32),
    ])
  func search(_ name: String, _ runs: Int, _ width: Int) throws {
    let experiment = try Experiment.load(path: "\(folder)/search/\(name).yaml")
    #expect(experiment.name == "search-\(name)")
    #expect(experiment.preset == "code-2018")
    #expect(experiment.runCount == runs)
    #expect(experiment.heldOutClasses.count == 10 && experiment.seeds == [0])
    #expect(
      experiment.configurations.allSatisfy { Set($0.evaluation.allPasses) == Set(ScoringPass.allCases) })
    let ganomaly = try experiment.ganomaly
    #expect(ganomaly.width == width && ganomaly.epochs == 3)
    #expect(experiment.source.text.contains("\n#   ganomaly run experiments/search/\(name).yaml --jobs 2\n"))
    #expect(experiment.source.text.contains(" \(runs) with"))
  }

  @Test(
    "of the baselines are legal, have ten runs for each detector, and names that are no other experiment's",
    arguments: [
      "digits", "mnist", "mnist-networks", "cifar10", "cifar10-networks", "mnist-one-class",
      "mnist-one-class-networks",
    ])
  func baselines(_ name: String) throws {
    let experiment = try baseline(name)
    #expect(experiment.name == "baselines-\(name)")
    #expect(experiment.preset == "clean")
    #expect(experiment.runs.count == 10 * experiment.detectors.count)
    #expect(experiment.classRole == (name.hasPrefix("mnist-one-class") ? .normal : .heldOut))
    #expect(experiment.source.text.contains("\n#   ganomaly run experiments/baselines/\(name).yaml\n"))
    #expect(experiment.source.text.contains("\n# Cost: "))
  }

  @Test(
    "of the baselines have every detector",
    arguments: [["digits"], ["mnist", "mnist-networks"], ["cifar10", "cifar10-networks"]])
  func everyDetector(_ names: [String]) throws {
    let labels = try names.flatMap { try baseline($0).detectors.map(\.label) }
    #expect(
      labels.count == DetectorSettings.kinds.count, "\(names): a line for each of DetectorSettings.kinds")
    #expect(Set(labels) == Set(DetectorSettings.kinds.map { $0.detectorName }))
  }

  @Test(
    "of the baselines beside published values have one detector on some of the published digits",
    arguments: ["vae", "egbad", "anogan"])
  func publishedBaselines(_ detector: String) throws {
    let experiment = try baseline("mnist-\(detector)")
    #expect(experiment.name == "mnist-\(detector)")
    #expect(experiment.detector.name == detector)
    #expect(Set(experiment.heldOutClasses).isSubset(of: ["1", "4", "5", "7", "9"]))
    #expect(experiment.evaluation.split == .pooled)
  }

  private func baseline(_ name: String) throws -> Experiment {
    try Experiment.load(path: "\(folder)/baselines/\(name).yaml")
  }

  @Test(
    "of the sweeps are legal, have the configurations they promise and say what the best is chosen on",
    arguments: [("latent-size", 8, 24), ("loss-weights", 8, 24), ("latent-size-digits", 7, 63)])
  func sweeps(_ name: String, _ configurations: Int, _ runs: Int) throws {
    let experiment = try Experiment.load(path: "\(folder)/sweeps/\(name).yaml")
    #expect(experiment.name == name)
    #expect(experiment.configurations.count == configurations)
    #expect(experiment.runCount == runs)
    #expect(experiment.sweep?.criterion == .testAUROC)
    #expect(experiment.source.text.contains("\n#   ganomaly run experiments/sweeps/\(name).yaml\n"))
    #expect(experiment.source.text.contains("\n# Cost: "))
    #expect(experiment.source.text.contains("optimistic"))
  }
}
