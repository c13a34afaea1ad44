import Foundation
import Settings
import Specs
import Testing

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
    #expect(keys("sweep") == ["grid", "random", "draws", "seed", "halving", "choose_by"])
  }

  @Test(
    "are legal, hold the runs they promise and open with their command",
    arguments: [("quickstart", 10), ("mnist", 30), ("fashion-mnist", 30), ("cifar10", 30)])
  func specs(_ name: String, _ count: Int) throws {
    let experiment = try Experiment.load(path: "\(folder)/\(name).yaml")
    #expect(experiment.name == name)
    #expect(experiment.preset == "clean")
    #expect(experiment.runs.count == count)
    #expect(try experiment.ganomaly.width == (name == "quickstart" ? 16 : 64))
    #expect(experiment.source.text.contains("\n#   ganomaly run experiments/\(name).yaml\n"))
    #expect(experiment.source.text.contains("\n# Cost: "))
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
