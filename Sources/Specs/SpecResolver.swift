import Diagnostics
import Settings

/// Merges the layers of a spec into one experiment and collects the problems.
struct SpecResolver {
  /// The most distant base first, then the file itself, then the command line.
  let layers: [SpecLayer]
  let source: Experiment.Source
  var problems: [Problem] = []
  /// Where each value in force was written, by "section.key".
  private var places: [String: String] = [:]
  /// The role of the runs' classes, the same for all configurations of a sweep.
  private(set) var classRole = ClassRole.heldOut

  init(layers: [SpecLayer], source: Experiment.Source) {
    self.layers = layers
    self.source = source
  }

  /// The experiment; meaningless if `problems` is not empty.
  mutating func experiment() -> Experiment {
    refuseUnknownKeys()
    let preset = text(of: .preset, in: layers).flatMap { name in Preset.all.first { $0.name == name } }
    let own = layers.suffix(2)
    for key in [SpecKey.name, .description, .cost] { _ = text(of: key, in: layers.dropLast(own.count)) }
    let name = text(of: .name, in: own) ?? source.fileName
    let description = text(of: .description, in: own) ?? ""

    let before = problems.count
    let dataset = record(
      preset?.datasetSettings() ?? DatasetSettings(), SpecKey.dataset.rawValue, mappings(of: .dataset))
    if problems.count == before { refuseMissing(in: dataset) }
    if problems.count == before { refuseChannels(of: dataset) }
    let datasetHolds = problems.count == before
    let (evaluation, detector) = settings(preset: preset, dataset: datasetHolds ? dataset : nil)
    let detectors = listedDetectors(preset: preset, channels: dataset.channels)
    classRole = evaluation.split.classRole
    let classes = datasetHolds ? classes(of: dataset, preset: preset) : .all
    let seeds = seeds() ?? Experiment.defaultSeeds
    refuse(name: name)
    let engine = text(of: .engine, in: layers).flatMap(ComputeEngine.init) ?? .cpu
    refuse(detectors.isEmpty ? [detector] : detectors.map(\.detector), on: engine)
    if !detectors.isEmpty { refuseSweepOfSeveral() }
    let swept = sweep(detector: detector)
    var experiment = Experiment(
      name: name, description: description, preset: preset?.name, dataset: dataset, heldOut: classes,
      evaluation: evaluation, detector: detectors.first?.detector ?? detector, detectors: detectors,
      seeds: seeds, sweep: swept?.sweep, source: source)
    experiment.cost = text(of: .cost, in: own) ?? ""
    experiment.engine = engine
    if let (sweep, fields) = swept, problems.isEmpty {
      experiment.sweep?.configurations = configurations(of: sweep, fields, preset: preset, dataset: dataset)
    }
    if problems.isEmpty { refuseTooManyRuns(experiment) }
    return experiment
  }

  /// The settings of protocol and detector.
  ///
  /// - Parameter dataset: nil if it is wrong itself.
  mutating func settings(
    preset: Preset?, dataset: DatasetSettings?
  ) -> (ProtocolSettings, DetectorSettings) {
    let channels = (dataset ?? DatasetSettings()).channels
    var defaults = ProtocolSettings()
    if let dataset { defaults.split = .standard(for: dataset) }
    let evaluation = record(
      preset?.evaluation(channels: channels) ?? defaults, SpecKey.protocol.rawValue, mappings(of: .protocol))
    let detector = detector(preset: preset, channels: channels)
    if let dataset { refuseContradictions(evaluation, dataset) }
    return (evaluation, detector)
  }

  /// Where the current value of "section.key" was written; for a preset's value, the preset's place.
  func place(of path: String) -> String { places[path] ?? places[SpecKey.preset.rawValue] ?? source.path }

  mutating func note(place: String, of path: String) { places[path] = place }

  /// Where a layer sets "section.key"; nil if it does not.
  func place(of path: String, in layer: SpecLayer) -> String? {
    let parts = path.split(separator: ".", maxSplits: 1)
    for entry in layer.entries where entry.key == parts[0] {
      guard case .mapping(let entries) = entry.value.content else { continue }
      if let field = entries.last(where: { $0.key == parts[1] }) { return field.keyPlace }
    }
    return nil
  }

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

  /// The nodes given for `key`, in layer order.
  func nodes(_ key: SpecKey, in layers: some Sequence<SpecLayer>) -> [SpecNode] {
    layers.flatMap(\.entries).filter { $0.key == key.rawValue }.map(\.value)
  }

  /// The last legal value of `key`; all values are checked.
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
}

// MARK: Sections

extension SpecResolver {
  /// The entries of a section in each layer.
  mutating func mappings(of key: SpecKey) -> [[SpecEntry]] {
    layers.map { layer in
      nodes(key, in: [layer]).flatMap { node -> [SpecEntry] in
        let isKind = key == .dataset || key == .detector
        let hint = node.text.map { "write `\(key.rawValue): {\(SpecKey.kindKey): \($0)}`" } ?? ""
        guard let entries = mapping(node, key.rawValue, hint: isKind ? hint : "") else { return [] }
        places[key.rawValue] = node.place
        return entries
      }
    }
  }

  /// The entries of a mapping; refuses anything else.
  mutating func mapping(_ node: SpecNode, _ subject: String, hint: String = "") -> [SpecEntry]? {
    if case .mapping(let entries) = node.content { return entries }
    refuse(
      at: node.place, "'\(subject)' must be a mapping of keys to values, not \(node.found)", hint: hint)
    return nil
  }

  /// Applies the layers' values to `defaults`.
  ///
  /// - Parameter others: keys that are legal in the section but not fields of the record.
  mutating func record<Record: SettingsRecord>(
    _ defaults: Record, _ section: String, _ layers: some Sequence<[SpecEntry]>, others: [String] = []
  ) -> Record {
    var record = defaults
    var idle: [(field: SettingField<Record>, path: String, place: String)] = []
    let before = problems.count
    for layer in layers {
      var given: [(field: SettingField<Record>, path: String, place: String)] = []
      for entry in layer where !others.contains(entry.key) {
        guard let field = Record.fields.first(where: { [$0.key, $0.formerKey].contains(entry.key) }) else {
          refuseUnknown(entry, in: section, keys: others + Record.fields.map(\.key))
          continue
        }
        let path = "\(section).\(field.key)"
        if entry.key == field.formerKey, layer.contains(where: { $0.key == field.key }) {
          refuse(at: entry.keyPlace, "'\(entry.key)' is the former name of '\(path)', which is given as well")
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
    // A wrong value elsewhere in the section is often why a field does not apply.
    if problems.count == before {
      for (field, path, place) in idle where !field.applies(record) {
        refuse(at: place, "'\(path)' has no effect here: it applies \(field.appliesWhen)")
      }
    }
    for field in Record.fields where !field.applies(record) {
      _ = field.write(&record, field.read(Record()))
    }
    return record
  }

  mutating func refuseUnknown(_ entry: SpecEntry, in section: String, keys: [String]) {
    refuse(
      at: entry.keyPlace, "unknown key '\(entry.key)' in \(section)",
      hint: nearest(to: entry.key, among: keys).map { "did you mean '\($0)'?" }
        ?? "the keys are \(keys.joined(separator: ", "))")
  }

  private mutating func detector(preset: Preset?, channels: Int) -> DetectorSettings {
    let sections = mappings(of: .detector)
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
    // Naming another kind of detector discards the values before it.
    let first = names.lastIndex { $0 != kind.detectorName }.map { $0 + 1 } ?? 0
    let defaults = DetectorSettings(kind.init())
    let start = preset?.detector(defaults, channels: channels) ?? defaults
    return detector(start.record, sections[first...])
  }

  private mutating func detector(
    _ defaults: some DetectorRecord, _ sections: some Sequence<[SpecEntry]>
  ) -> DetectorSettings {
    DetectorSettings(record(defaults, SpecKey.detector.rawValue, sections, others: [SpecKey.kindKey]))
  }
}
