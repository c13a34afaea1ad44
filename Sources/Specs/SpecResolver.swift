import Diagnostics
import Settings

/// Brings the layers of a spec together into one experiment, and gathers what is wrong on the way.
struct SpecResolver {
  /// The farthest base first, then the file itself, then the command line.
  let layers: [SpecLayer]
  let source: Experiment.Source
  var problems: [Problem] = []
  /// Where the value now in force was written, by "section.key".
  private var places: [String: String] = [:]

  init(layers: [SpecLayer], source: Experiment.Source) {
    self.layers = layers
    self.source = source
  }

  /// The experiment; worthless if it leaves `problems` behind.
  mutating func experiment() -> Experiment {
    refuseUnknownKeys()
    let preset = text(of: .preset, in: layers).flatMap { name in Preset.all.first { $0.name == name } }
    let own = layers.suffix(2)
    for key in [SpecKey.name, .description] { _ = text(of: key, in: layers.dropLast(own.count)) }
    let name = text(of: .name, in: own) ?? source.fileName
    let description = text(of: .description, in: own) ?? ""

    let before = problems.count
    let dataset = record(DatasetSettings(), .dataset, sections(.dataset))
    if problems.count == before { refuseMissing(in: dataset) }
    let datasetHolds = problems.count == before
    let heldOut = datasetHolds ? heldOut(of: dataset) : .all
    let evaluation = record(
      preset?.evaluation(channels: dataset.channels) ?? ProtocolSettings(), .protocol, sections(.protocol))
    let detector = detector(preset: preset, channels: dataset.channels)
    if datasetHolds { refuseContradictions(evaluation, dataset) }
    let seeds = integers(of: .seeds) ?? Experiment.defaultSeeds
    refuse(name: name)
    return Experiment(
      name: name, description: description, preset: preset?.name, dataset: dataset, heldOut: heldOut,
      evaluation: evaluation, detector: detector, seeds: seeds, source: source)
  }

  /// Where the value of "section.key" in force was written; the preset's place where it comes from a preset.
  func place(of path: String) -> String { places[path] ?? places[SpecKey.preset.rawValue] ?? source.path }

  mutating func refuse(at place: String, _ cause: String, hint: String = "") {
    problems.append(Problem(.usage, at: place, cause, hint: hint))
  }
}

// MARK: Top level

extension SpecResolver {
  private mutating func refuseUnknownKeys() {
    let known = SpecKey.allCases.map(\.rawValue)
    for entry in layers.flatMap(\.entries) where !known.contains(entry.key) {
      refuse(
        at: entry.keyPlace, "unknown key '\(entry.key)'",
        hint: nearest(to: entry.key, among: known).map { "did you mean '\($0)'?" }
          ?? "the keys are \(known.joined(separator: ", "))")
    }
  }

  /// The nodes given for `key`, one layer after another.
  func nodes(_ key: SpecKey, in layers: some Sequence<SpecLayer>) -> [SpecNode] {
    layers.flatMap(\.entries).filter { $0.key == key.rawValue }.map(\.value)
  }

  /// The last legal value of `key`; every value is checked.
  private mutating func value(of key: SpecKey, in layers: some Sequence<SpecLayer>) -> SettingValue? {
    guard let form = key.form else { preconditionFailure("'\(key)' has no plain form") }
    var last: SettingValue?
    for node in nodes(key, in: layers) {
      do {
        last = try form.value(of: node, for: "'\(key.rawValue)'")
        places[key.rawValue] = node.place
      } catch {
        problems.append(error)
      }
    }
    return last
  }

  private mutating func text(of key: SpecKey, in layers: some Sequence<SpecLayer>) -> String? {
    if case .text(let text) = value(of: key, in: layers) { text } else { nil }
  }

  private mutating func integers(of key: SpecKey) -> [Int]? {
    guard case .list(let values) = value(of: key, in: layers) else { return nil }
    return values.compactMap { if case .integer(let integer) = $0 { integer } else { nil } }
  }
}

// MARK: Sections

extension SpecResolver {
  /// What each layer says of a section.
  private mutating func sections(_ key: SpecKey) -> [[SpecEntry]] {
    layers.map { layer in
      nodes(key, in: [layer]).flatMap { node -> [SpecEntry] in
        if case .mapping(let entries) = node.content {
          places[key.rawValue] = node.place
          return entries
        }
        let hint = node.text.map { "write `\(key.rawValue): {\(SpecKey.kindKey): \($0)}`" } ?? ""
        refuse(
          at: node.place, "'\(key.rawValue)' must be a mapping of keys to values, not \(node.found)",
          hint: key == .protocol ? "" : hint)
        return []
      }
    }
  }

  /// `defaults` with the values of the layers.
  ///
  /// - Parameter others: keys that are legal in the section and no fields of the record.
  private mutating func record<Record: SettingsRecord>(
    _ defaults: Record, _ section: SpecKey, _ layers: some Sequence<[SpecEntry]>, others: [String] = []
  ) -> Record {
    var record = defaults
    var idle: [(field: SettingField<Record>, path: String, place: String)] = []
    let before = problems.count
    for layer in layers {
      var given: [(field: SettingField<Record>, path: String, place: String)] = []
      for entry in layer where !others.contains(entry.key) {
        let path = "\(section.rawValue).\(entry.key)"
        guard let field = Record.fields.first(where: { $0.key == entry.key }) else {
          refuseUnknown(entry, in: section, keys: others + Record.fields.map(\.key))
          continue
        }
        do {
          let value = try field.form.value(of: entry.value, for: "'\(path)'")
          let fits = field.write(&record, value)
          precondition(
            fits, "the form \(field.form) of '\(path)' allows \(value), which does not fit the field")
          places[path] = entry.value.place
          given.append((field, path, entry.keyPlace))
        } catch {
          problems.append(error)
        }
      }
      idle += given.filter { !$0.field.applies(record) }
    }
    // A wrong value elsewhere in the section is often the very reason why a field does not apply.
    if problems.count == before {
      for (field, path, place) in idle where !field.applies(record) {
        refuse(at: place, "'\(path)' means nothing here: it applies \(field.appliesWhen)")
      }
    }
    for field in Record.fields where !field.applies(record) {
      _ = field.write(&record, field.read(Record()))
    }
    return record
  }

  private mutating func refuseUnknown(_ entry: SpecEntry, in section: SpecKey, keys: [String]) {
    refuse(
      at: entry.keyPlace, "unknown key '\(entry.key)' in \(section.rawValue)",
      hint: nearest(to: entry.key, among: keys).map { "did you mean '\($0)'?" }
        ?? "the keys are \(keys.joined(separator: ", "))")
  }

  private mutating func detector(preset: Preset?, channels: Int) -> DetectorSettings {
    let sections = sections(.detector)
    var kind = DetectorSettings.kinds[0]
    var names: [String] = []
    for entries in sections {
      for entry in entries where entry.key == SpecKey.kindKey {
        do {
          let name = try SettingForm.choice(DetectorSettings.names).value(
            of: entry.value, for: "'detector.name'")
          kind = DetectorSettings.kinds.first { .text($0.detectorName) == name } ?? kind
        } catch {
          problems.append(error)
        }
      }
      names.append(kind.detectorName)
    }
    // Values for another kind of detector end where this one is named.
    let first = names.lastIndex { $0 != kind.detectorName }.map { $0 + 1 } ?? 0
    let defaults = kind.init().settings
    let start = preset?.detector(defaults, channels: channels) ?? defaults
    return detector(start.record, sections[first...])
  }

  private mutating func detector(
    _ defaults: some DetectorRecord, _ sections: some Sequence<[SpecEntry]>
  ) -> DetectorSettings {
    record(defaults, .detector, sections, others: [SpecKey.kindKey]).settings
  }
}
