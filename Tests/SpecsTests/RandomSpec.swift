import Settings

@testable import Specs

/// Small and reproducible (SplitMix64): a failing case can be found again.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Legal specs with random values for random fields, made from the fields' own descriptions.
struct RandomSpec {
  var sections: [(key: String, lines: [String])] = []

  init(_ seed: UInt64) {
    var random = SplitMix(state: seed)
    var dataset = DatasetSettings()
    dataset.name = DatasetName.allCases.randomElement(using: &random)!
    dataset.folder =
      dataset.name == .folder
      ? ["scans", "a b", "2024", "yes", "é\"\\\n"].randomElement(using: &random)! : ""
    dataset.file = dataset.name == .arrays ? "cells.npz" : ""
    let datasetLines = Self.lines(dataset, keeping: ["name", "folder", "file"], &random)
    sections.append(("dataset", datasetLines))
    // Standardized inputs and official splits do not go with every data set; batch statistics open all fields.
    var evaluation = ProtocolSettings()
    evaluation.batchNorm = .batch
    let classNames = dataset.name.classNames
    if classNames != nil, Bool.random(using: &random) { evaluation.split = .oneClassNormal }
    // A folder may hold normal images only, which choose no epoch.
    let kept = ["split", "input_range", "batch_norm"] + (dataset.name == .folder ? ["epoch"] : [])
    sections.append(("protocol", Self.lines(evaluation, keeping: kept, &random)))
    if Bool.random(using: &random) {
      sections.append(("detector", ["name: ganomaly"] + Self.lines(GANomalySettings(), keeping: [], &random)))
    } else {
      let labels = ["", "label: \"a: b # é\"", "label: \"2024\", test_samples: 7"]
      let entries = labels.enumerated().map { index, label in
        let fields = Self.lines(GANomalySettings(), keeping: [], &random).filter { !$0.hasPrefix("width:") }
        let members = ["name: ganomaly", label, "width: \(index + 1)"].filter { !$0.isEmpty } + fields
        return "- {\(members.joined(separator: ", "))}"
      }
      sections.append(("detectors", entries))
    }
    if Bool.random(using: &random) { sections.append(("preset", ["clean"])) }
    if Bool.random(using: &random) { sections.append(("description", ["\"a: b # c \\u2028\""])) }
    if let classNames, Bool.random(using: &random) {
      let names = classNames.shuffled(using: &random).prefix(3)
      sections.append((evaluation.split.classRole.key, ["[\(names.joined(separator: ", "))]"]))
    }
    sections.append(("seeds", ["[\(Int.random(in: 0...4_294_967_295, using: &random)), 0]"]))
  }

  var text: String {
    sections.map { section in
      let isBlock = ["dataset", "protocol", "detector", "detectors"].contains(section.key)
      return "\(section.key):"
        + (isBlock ? section.lines.map { "\n  \($0)" }.joined() : " \(section.lines[0])")
    }.joined(separator: "\n") + "\n"
  }

  /// The same with sections and keys in another order.
  func shuffled(_ seed: UInt64) -> RandomSpec {
    var random = SplitMix(state: seed)
    var copy = self
    copy.sections = sections.map { section in
      // Of a list the order says something.
      (section.key, section.key == "detectors" ? section.lines : section.lines.shuffled(using: &random))
    }.shuffled(using: &random)
    return copy
  }

  /// A line for some of the fields that apply: those to keep with their own value, the others with a random one.
  private static func lines<Record: SettingsRecord>(
    _ record: Record, keeping: [String], _ random: inout SplitMix
  ) -> [String] {
    Record.fields.filter { $0.applies(record) }.compactMap { field in
      let isKept = keeping.contains(field.key)
      guard isKept || Bool.random(using: &random) else { return nil }
      let value = isKept ? field.read(record) : value(field.form, &random)
      // Colored images are not reduced to one channel.
      if field.key == "channels", (record as? DatasetSettings)?.name.channels == 3 { return "channels: 3" }
      return "\(field.key): \(JSON(value).compact)"
    }
  }

  private static func value(_ form: SettingForm, _ random: inout SplitMix) -> SettingValue {
    switch form {
    case .integer(let range): return .integer(Int.random(in: range, using: &random))
    case .integerAmong(let values, _): return .integer(values.randomElement(using: &random)!)
    case .number(let range):
      let power = Double.random(in: -12...(range.upper.isFinite ? -0.01 : 12), using: &random)
      let value = range.lower + Double(sign: .plus, exponent: Int(power), significand: 1) * 0.7
      return .number(value)
    case .flag: return .flag(Bool.random(using: &random))
    case .text: return .text("text")
    case .choice(let words): return .text(words.randomElement(using: &random)!)
    case .list(.choice(let words), let least):
      let count = Int.random(in: least...words.count, using: &random)
      return .list(words.shuffled(using: &random).prefix(count).map(SettingValue.text))
    case .list: preconditionFailure("no random value for \(form)")
    }
  }
}
