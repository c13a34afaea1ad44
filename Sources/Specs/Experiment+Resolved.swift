import Settings

/// The resolved form: every applicable value, written explicitly in the fields' order. Reading it back gives an equal
/// experiment.
extension Experiment {
  /// The resolved form as a spec.
  public var resolvedYAML: String {
    var lines: [String] = []
    for (key, value) in resolved {
      switch value {
      case .object(let members):
        lines.append("\(key):")
        lines += members.map { "  \($0.key): \($0.value.yaml)" }
      case .array(let elements) where key == SpecKey.detectors.rawValue:
        lines.append("\(key):")
        lines += elements.map { "  - \($0.yaml)" }
      default: lines.append("\(key): \(value.yaml)")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The data set named in a resolved form, without resolving the rest; nil if `text` is not a spec.
  public static func datasetName(ofResolved text: String) -> DatasetName? {
    guard let layers = try? specLayers(text: text, path: "") else { return nil }
    let key = SpecKey.dataset.rawValue
    for entry in layers.flatMap(\.entries) where entry.key == key {
      guard case .mapping(let entries) = entry.value.content else { continue }
      return entries.first { $0.key == SpecKey.kindKey }?.value.text.flatMap(DatasetName.init)
    }
    return nil
  }

  var resolved: [(key: String, value: JSON)] {
    SpecKey.allCases.compactMap { key in resolved(key).map { (key.rawValue, $0) } }
  }

  /// nil for keys that have nothing to say.
  private func resolved(_ key: SpecKey) -> JSON? {
    switch key {
    case .name: .text(name)
    case .description: description.isEmpty ? nil : .text(description)
    case .cost: cost.isEmpty ? nil : .text(cost)
    case .extends: nil
    case .preset: preset.map(JSON.text)
    case .dataset: JSON(dataset)
    case .heldOut: classRole == .heldOut ? writtenClasses : nil
    case .normalClass: classRole == .normal ? writtenClasses : nil
    case .protocol: JSON(evaluation)
    case .detector: detectors.isEmpty ? JSON(detector) : nil
    case .detectors: detectors.isEmpty ? nil : .array(detectors.map(JSON.init))
    case .engine: engine == .cpu ? nil : .text(engine.rawValue)
    case .seeds: writtenSeeds
    case .sweep: sweep.map { JSON($0) }
    }
  }

  private var writtenClasses: JSON? {
    switch heldOut {
    case .all: dataset.choosesClasses ? .text(SpecKey.allClasses) : nil
    case .classes(let names):
      .array(
        names.map { name in
          let members = ClassGroup.members(of: name)
          return members.count == 1 ? .text(name) : .array(members.map(JSON.text))
        })
    }
  }
}

extension JSON {
  /// The detector's name, then its settings.
  init(_ detector: DetectorSettings) {
    self = .object([(SpecKey.kindKey, .text(detector.name))] + JSON.members(of: detector.record))
  }

  /// An entry of `detectors`.
  init(_ entry: ListedDetector) {
    var members: [(key: String, value: JSON)] = [(SpecKey.kindKey, .text(entry.detector.name))]
    if entry.label != entry.detector.name { members.append((SpecKey.labelKey, .text(entry.label))) }
    if let count = entry.testSamples { members.append((ProtocolSettings.testSamplesKey, .integer(count))) }
    self = .object(members + JSON.members(of: entry.detector.record))
  }

  /// A detector's name and some of its settings.
  init(_ detector: DetectorSettings, _ settings: [(key: String, value: SettingValue)]) {
    self = .object([(SpecKey.kindKey, .text(detector.name))] + settings.map { ($0.key, JSON($0.value)) })
  }

  init(_ settings: [(key: String, value: SettingValue)]) {
    self = .object(settings.map { ($0.key, JSON($0.value)) })
  }

  private static func members(of record: some SettingsRecord) -> [(key: String, value: JSON)] {
    record.resolved.map { ($0.key, JSON($0.value)) }
  }

  /// YAML on one line: JSON, but without quotes around texts that do not need them.
  var yaml: String {
    switch self {
    case .text(let text):
      if text.wholeMatch(of: /[A-Za-z][A-Za-z0-9_.\/-]*( [A-Za-z0-9_.\/-]+)*/) != nil,
        case .text = plainScalar(text), plainSpelling(of: text) == nil
      {
        text
      } else {
        JSON.quoted(text)
      }
    case .array(let elements): "[" + elements.map(\.yaml).joined(separator: ", ") + "]"
    case .object(let members):
      "{" + members.map { "\(JSON.text($0.key).yaml): \($0.value.yaml)" }.joined(separator: ", ") + "}"
    default: compact
    }
  }
}

extension JSON {
  /// A sweep in the form it has in a spec.
  init(_ sweep: Sweep) {
    var grid: [(key: String, value: JSON)] = []
    var oneByOne: [(key: String, value: JSON)] = []
    var random: [(key: String, value: JSON)] = []
    for field in sweep.fields {
      switch field.variation {
      case .grid(let values): grid.append((field.path, .array(values.map(JSON.init))))
      case .oneByOne(let values): oneByOne.append((field.path, .array(values.map(JSON.init))))
      case .uniform(let lower, let upper): random.append((field.path, .draw(.uniform, [lower, upper])))
      case .logUniform(let lower, let upper): random.append((field.path, .draw(.logUniform, [lower, upper])))
      case .choice(let values): random.append((field.path, .draw(.choice, values)))
      }
    }
    var members: [(key: SweepKey, value: JSON)] = []
    if !grid.isEmpty { members.append((.grid, .object(grid))) }
    if !oneByOne.isEmpty { members.append((.oneByOne, .object(oneByOne))) }
    if !random.isEmpty {
      members += [
        (.random, .object(random)), (.draws, .integer(sweep.draws)), (.seed, .integer(sweep.seed)),
      ]
    }
    if let halving = sweep.halving {
      members.append(
        (
          .halving,
          .object([
            (HalvingKey.first.rawValue, .integer(halving.first)),
            (HalvingKey.factor.rawValue, .integer(halving.factor)),
          ])
        ))
    }
    if let criterion = sweep.criterion { members.append((.chooseBy, .text(criterion.rawValue))) }
    self = .object(members.map { ($0.key.rawValue, $0.value) })
  }

  private static func draw(_ key: DrawKey, _ values: [SettingValue]) -> JSON {
    .object([(key.rawValue, .array(values.map(JSON.init)))])
  }
}
