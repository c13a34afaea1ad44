import Settings
import Testing

@testable import Specs

private func experiment(_ text: String, _ overrides: String...) throws -> Experiment {
  try Experiment.parse(text: text, path: "e.yaml", overrides: overrides)
}

private func identifier(_ text: String, fingerprint: String = "f") throws -> String {
  try experiment(text).runs[0].identifier(dataFingerprint: fingerprint)
}

@Suite("Runs")
struct RunTests {
  @Test("the split is the parts of an image folder where none is given, and else that of the reference code")
  func standardSplit() throws {
    func split(_ dataset: String, _ rest: String = "") throws -> SplitKind {
      try Experiment.parse(text: "dataset: {\(dataset)}\n\(rest)", path: "a.yaml").evaluation.split
    }
    let folder = "name: folder, folder: parts"
    #expect(try split(folder) == .official)
    #expect(try split(folder, "protocol: {score: l1}\n") == .official)
    #expect(try split(folder, "protocol: {split: pooled-80-20}\n") == .pooled)
    #expect(try split(folder, "preset: clean\n") == .pooled, "a preset says what it is")
    for name in ["digits", "mnist", "fashion-mnist", "cifar10"] {
      #expect(try split("name: \(name)") == .pooled)
    }
    let resolved = try Experiment.parse(text: "dataset: {\(folder)}\n", path: "a.yaml").resolvedYAML
    #expect(resolved.contains("  split: official\n"))
    let again = try Experiment.parse(text: resolved, path: "a.yaml")
    #expect(again.resolvedYAML == resolved)
  }

  @Test("are every held-out class in the data set's order, with every seed in the spec's")
  func product() throws {
    let runs = try experiment("dataset: {name: cifar10}\nheld_out: [truck, car]\nseeds: [5, 2]").runs
    #expect(runs.map(\.heldOut) == ["car", "car", "truck", "truck"])
    #expect(runs.map(\.seed) == [5, 2, 5, 2])
    #expect(try experiment("dataset: {name: fashion-mnist}").runs.count == 30)
  }

  @Test("of an image folder are one for each seed")
  func folder() throws {
    let runs = try experiment("dataset: {name: folder, folder: scans}\nseeds: [5, 2]").runs
    #expect(runs.map(\.heldOut) == ["all", "all"])
    #expect(runs.map(\.seed) == [5, 2])
  }
}

@Suite("A run's id")
struct RunIdentifierTests {
  static let text = "dataset: {name: mnist}\ndetector: {learning_rate: 2e-4}\nheld_out: [3]\nseeds: [1]\n"

  /// When this fails although results keep their numbers, the id has changed by accident: every result
  /// computed so far would be computed again. The id is `sha256sum` of the text.
  @Test("of a fixed run is fixed")
  func golden() throws {
    let run = try experiment(Self.text).runs[0]
    let text = #"""
      {"data":"0123abcd","dataset":{"name":"mnist","side":32}\#
      ,"detector":{"adversarial_weight":1,"batch_size":64,"beta1":0.5,"beta2":0.999,"contextual_weight":50,"encoder_weight":1,"epochs":15\#
      ,"extra_layers":0,"latent_size":100,"learning_rate":0.0002,"name":"ganomaly","objective":"v3",\#
      "redraw_threshold":1e-05,"width":64}\#
      ,"held_out":"3","numerics":2,"protocol":{"input_range":"symmetric","split":"pooled-80-20"},"seed":1}
      """#
    #expect(run.identityText(dataFingerprint: "0123abcd") == text)
    #expect(run.identifier(dataFingerprint: "0123abcd") == "0436937354f78cc8")
    // With the protocol's passes, score and epoch in it, as files of schema version 2 name it.
    #expect(run.earlierIdentifier(dataFingerprint: "0123abcd") == "624a49d330969705")
  }

  @Test("stays for how the training is evaluated, and what of it is shown")
  func evaluations() throws {
    let one = try identifier(Self.text)
    for option in [
      "score: l1", "batch_norm: batch", "epoch: best-on-test", "epoch_samples: 0", "passes: [batch-1]",
      "test_batch: 32", "evaluate_every: 100",
    ] { #expect(try identifier(Self.text + "protocol: {\(option)}\n") == one, "\(option)") }
    for option in [
      "input_range: standardised", "split: official", "validation_fraction: 0.1", "test_samples: 9",
    ] {
      #expect(try identifier(Self.text + "protocol: {\(option)}\n") != one, "\(option)")
    }
  }

  @Test("stays where a field is given by its former key, which is read as well")
  func formerKey() throws {
    let former = try experiment(Self.text + "protocol: {readings: [batch-1]}\n")
    #expect(former.evaluation.passes == [.batchSingle])
    #expect(
      former.resolvedYAML == (try experiment(Self.text + "protocol: {passes: [batch-1]}\n").resolvedYAML))
  }

  @Test("is another one for other kernels than the fast ones, whose bits it is of")
  func kernels() throws {
    var run = try experiment(Self.text).runs[0]
    let fast = run.identifier(dataFingerprint: "f")
    run.kernels = "reference"
    #expect(run.identifier(dataFingerprint: "f") != fast)
    #expect(run.identityText(dataFingerprint: "f").contains(#","kernels":"reference","numerics""#))
  }

  @Test("is another one for another engine than the processor, and has no word of the processor in it")
  func engine() throws {
    let one = try identifier(Self.text)
    #expect(try identifier(Self.text + "engine: cpu\n") == one)
    #expect(try identifier(Self.text + "engine: opencl\n") != one)
    let runs = try [Self.text, Self.text + "engine: opencl\n"].map { try experiment($0).runs[0] }
    #expect(!runs[0].identityText(dataFingerprint: "f").contains("engine"))
    #expect(runs[1].identityText(dataFingerprint: "f").contains(#"},"engine":"opencl","held_out""#))
    #expect(
      runs[1].differences(from: runs[0]) == [RunDifference(key: "engine", value: "opencl", other: "cpu")])
    let device = try experiment(Self.text + "engine: opencl\n")
    #expect(device.resolvedYAML.contains("\nengine: opencl\n"))
    #expect(try !experiment(Self.text).resolvedYAML.contains("engine"))
    #expect(try experiment(device.resolvedYAML).runs == device.runs)
  }

  @Test(
    "stays for what leaves the numbers alone",
    arguments: [
      "name: other\ndescription: words\n" + text,
      "# A comment\nseeds: [1]\nheld_out: ['3']\ndetector: {learning_rate: 0.0002}\ndataset: {name: mnist}\n",
      "preset: clean\n" + text,
      text.replacing("[3]", with: "[3, 5]").replacing("[1]", with: "[1, 0]"),
      text + "protocol: {passes: [batch-shuffled, running]}\n",
      text + "protocol: {passes: [batch-shuffled]}\n",
      text.replacing("2e-4", with: "2e-4, adversarial_weight: 1.0"),
    ])
  func stays(_ other: String) throws { #expect(try identifier(other) == identifier(Self.text)) }

  @Test("stays for the default of a field that came later, and not for another value")
  func laterField() throws {
    let one = try identifier(Self.text)
    #expect(try identifier(Self.text.replacing("2e-4", with: "2e-4, redraw_limit: 0")) == one)
    #expect(try identifier(Self.text.replacing("2e-4", with: "2e-4, redraw_limit: 1")) != one)
  }

  @Test(
    "stays for the channels that a data set has anyway, and not for three of a gray one",
    arguments: [("digits", 1), ("mnist", 1), ("fashion-mnist", 1), ("cifar10", 3)])
  func channels(_ name: String, _ own: Int) throws {
    let one = try identifier("dataset: {name: \(name)}")
    #expect(try identifier("dataset: {channels: \(own), name: \(name)}") == one)
    #expect(try (identifier("dataset: {name: \(name), channels: 3}") != one) == (own == 1))
  }

  @Test("is another one for another version of the numerics")
  func numerics() throws {
    let run = try experiment(Self.text).runs[0]
    let one = run.identifier(dataFingerprint: "f")
    #expect(run.identifier(dataFingerprint: "f", numerics: numericsVersion) == one)
    #expect(run.identifier(dataFingerprint: "f", numerics: numericsVersion + 1) != one)
  }

  @Test("differs from another's just where the runs have differences, and those are named as in a spec")
  func differences() throws {
    let run = try experiment(Self.text).runs[0]
    for option in ["dataset.side=64", "detector.redraw_limit=5", "protocol.epoch=best-on-test", "seeds=[2]"] {
      let other = try experiment(Self.text, option).runs[0]
      let key = option == "seeds=[2]" ? "seed" : String(option.prefix { $0 != "=" })
      #expect(run.differences(from: other).map(\.key) == [key])
    }
    let limited = try experiment(Self.text, "detector.redraw_limit=5").runs[0]
    #expect(
      limited.differences(from: run) == [RunDifference(key: "detector.redraw_limit", value: "5", other: "0")])
    let same = try experiment(Self.text, "protocol.passes=[batch-shuffled]", "description=words").runs[0]
    #expect(run.differences(from: same).isEmpty)
    let batch = try experiment(Self.text, "protocol.batch_norm=batch").runs[0]
    #expect(
      run.differences(from: batch) == [
        RunDifference(key: "protocol.batch_norm", value: "running", other: "batch"),
        RunDifference(key: "protocol.test_order", value: "none", other: "shuffled"),
      ])
  }

  @Test(
    "of an image folder stays when the folder moves, and whether files were skipped: the fingerprint tells")
  func folder() throws {
    let one = try identifier("dataset: {name: folder, folder: a}")
    #expect(try identifier("dataset: {name: folder, folder: b/a, skip_unreadable: true}") == one)
    #expect(try identifier("dataset: {name: folder, folder: a}", fingerprint: "g") != one)
    #expect(try identifier("dataset: {name: folder, folder: a, channels: 1}") != one)
  }

  @Test("of arrays stays when the file moves: the fingerprint tells")
  func arrays() throws {
    let one = try identifier("dataset: {name: arrays, file: a.npz}")
    #expect(try identifier("dataset: {name: arrays, file: b/a.h5, channels: 1}") == one)
    #expect(try identifier("dataset: {name: arrays, file: a.npz}", fingerprint: "g") != one)
    #expect(try identifier("dataset: {name: arrays, file: a.npz, channels: 3}") != one)
  }

  @Test("is 16 hexadecimal digits, another one for every field of a training, class, seed and data")
  func changes() throws {
    let base = "dataset: {name: mnist}\nprotocol: {batch_norm: batch}\nheld_out: [3]\nseeds: [1]\n"
    var identifiers = [
      try identifier(base), try identifier(base, fingerprint: "g"),
      try identifier(base.replacing("[3]", with: "[4]")),
      try identifier(base.replacing("[1]", with: "[2]")),
      try identifier(base.replacing("mnist", with: "digits")),
      try identifier(base.replacing("name: mnist", with: "name: mnist, side: 64")),
    ]
    let evaluation = try experiment(base).evaluation
    let ofTraining = Set(ProtocolSettings.fields.filter { $0.scope == .training }.map(\.key))
    let options =
      Self.others(evaluation, "protocol").filter { option in
        ofTraining.contains { option.contains(".\($0)=") }
      }
      + Self.others(GANomalySettings(), "detector")
    for option in options {
      let run = try experiment(base, option).runs[0]
      identifiers.append(run.identifier(dataFingerprint: "f"))
    }
    #expect(identifiers.count == 6 + ofTraining.count + GANomalySettings.fields.count)
    #expect(Set(identifiers).count == identifiers.count)
    #expect(identifiers.allSatisfy { $0.wholeMatch(of: /[0-9a-f]{16}/) != nil })
  }

  /// An option for each field of the record that has another legal value than the record's.
  private static func others<Record: SettingsRecord>(_ record: Record, _ section: String) -> [String] {
    Record.fields.compactMap { field in
      let value: SettingValue
      switch (field.form, field.read(record)) {
      case (.integer, .integer(let integer)): value = .integer(integer + 2)
      case (.number, .number(let number)): value = .number(number == 0 ? 0.5 : number / 2)
      case (.choice(let words), let old):
        guard let other = words.map(SettingValue.text).first(where: { $0 != old }) else { return nil }
        value = other
      case (.list, _): value = .list([.text("batch-normals-first")])
      default: return nil
      }
      return "\(section).\(field.key)=\(JSON(value).compact)"
    }
  }
}
