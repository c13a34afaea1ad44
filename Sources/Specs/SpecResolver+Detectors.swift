import Diagnostics
import Settings

/// `detectors`: several detectors instead of one.
///
/// A list replaces the detectors of all earlier layers. A mapping from labels changes entries of the current list:
/// `--set detectors.anogan.epochs=1` leaves the others unchanged.
extension SpecResolver {
  /// An entry of the list, with later layers' changes.
  private struct Entry {
    var label: String
    var labelPlace: String
    var kind: any DetectorRecord.Type
    /// Its fields in each layer.
    var layers: [[SpecEntry]]
  }

  /// The detectors of the list in force; empty if there is none.
  mutating func listedDetectors(preset: Preset?, channels: Int) -> [ListedDetector] {
    var entries: [Entry] = []
    var isListed = false
    for layer in layers {
      for node in nodes(.detectors, in: [layer]) {
        isListed = true
        read(node, into: &entries)
      }
      if isListed { refuseSingle(in: layer) }
    }
    refuseEqualLabels(entries)
    let detectors = entries.map { listed($0, preset: preset, channels: channels) }
    refuseEqual(detectors, entries)
    return detectors
  }

  /// Applies one layer's `detectors`.
  private mutating func read(_ node: SpecNode, into entries: inout [Entry]) {
    let section = SpecKey.detectors.rawValue
    switch node.content {
    case .list(let nodes) where !nodes.isEmpty:
      entries = nodes.compactMap { entry($0) }
    case .mapping(let changes) where !entries.isEmpty:
      for change in changes {
        guard let index = entries.firstIndex(where: { $0.label == change.key }) else {
          refuse(
            at: change.keyPlace, "no detector of the list is called '\(change.key)'",
            hint: nearest(to: change.key, among: entries.map(\.label)).map { "did you mean '\($0)'?" }
              ?? "they are \(entries.map(\.label).joined(separator: ", "))")
          continue
        }
        guard let fields = mapping(change.value, "\(section).\(change.key)") else { continue }
        let fixed = fields.filter { [SpecKey.kindKey, SpecKey.labelKey].contains($0.key) }
        for field in fixed {
          refuse(
            at: field.keyPlace, "the \(field.key) of an entry of '\(section)' cannot be changed alone",
            hint: "give the whole list again")
        }
        entries[index].layers.append(fields.filter { field in !fixed.contains { $0.key == field.key } })
      }
    default:
      refuse(
        at: node.place, "'\(section)' must be a list of detectors, not \(node.listFound)",
        hint: "write [{name: …}, {name: …}]")
    }
  }

  /// Parses a new entry; nil if its kind or label is wrong.
  private mutating func entry(_ node: SpecNode) -> Entry? {
    let section = SpecKey.detectors.rawValue
    let hint = node.text.map { "write {\(SpecKey.kindKey): \($0)}" } ?? ""
    guard let fields = mapping(node, "an entry of \(section)", hint: hint) else { return nil }
    guard let name = fields.first(where: { $0.key == SpecKey.kindKey }) else {
      refuse(
        at: node.place, "an entry of '\(section)' has no name",
        hint: "it is one of \(DetectorSettings.names.joined(separator: ", "))")
      return nil
    }
    let label = fields.first { $0.key == SpecKey.labelKey }
    do {
      let form = SettingForm.choice(DetectorSettings.names)
      let found = try form.value(of: name.value, for: "'\(section).\(SpecKey.kindKey)'")
      guard let kind = DetectorSettings.kinds.first(where: { .text($0.detectorName) == found }) else {
        return nil
      }
      let text = try label.map { label throws(Problem) in
        try SettingForm.text.value(of: label.value, for: "'\(section).\(SpecKey.labelKey)'")
      }
      var words = kind.detectorName
      if case .text(let given) = text { words = given }
      if words.isEmpty {
        refuse(at: label?.value.place ?? node.place, "the label of a detector is empty")
      }
      return Entry(
        label: words, labelPlace: (label ?? name).value.place, kind: kind,
        layers: [fields.filter { ![SpecKey.kindKey, SpecKey.labelKey].contains($0.key) }])
    } catch {
      problems.append(error)
      return nil
    }
  }

  private mutating func listed(_ entry: Entry, preset: Preset?, channels: Int) -> ListedDetector {
    let section = "\(SpecKey.detectors.rawValue).\(entry.label)"
    let defaults = DetectorSettings(entry.kind.init())
    let start = preset?.detector(defaults, channels: channels) ?? defaults
    return ListedDetector(
      label: entry.label, detector: listed(start.record, section, entry.layers),
      testSamples: testSamples(section, entry.layers))
  }

  private mutating func listed(
    _ defaults: some DetectorRecord, _ section: String, _ layers: [[SpecEntry]]
  ) -> DetectorSettings {
    DetectorSettings(record(defaults, section, layers, others: [ProtocolSettings.testSamplesKey]))
  }

  private mutating func testSamples(_ section: String, _ layers: [[SpecEntry]]) -> Int? {
    let key = ProtocolSettings.testSamplesKey
    guard let field = ProtocolSettings.fields.first(where: { $0.key == key }) else { return nil }
    var last: Int?
    for entry in layers.joined() where entry.key == key {
      do {
        guard case .integer(let count) = try field.form.value(of: entry.value, for: "'\(section).\(key)'")
        else { continue }
        if count == 1 { refuseSingleSample(at: entry.value.place) }
        last = count
      } catch {
        problems.append(error)
      }
    }
    return last
  }
}

// MARK: - Contradictions

extension SpecResolver {
  /// Refuses a single detector beside or after a list.
  private mutating func refuseSingle(in layer: SpecLayer) {
    let list = SpecKey.detectors.rawValue
    let hint =
      layer.path.isEmpty
      ? "name the entry that is meant, as in --set \(list).LABEL.FIELD=VALUE"
      : layer.entries.contains { $0.key == list }
        ? "write one of the two" : "a list of one takes the list's place: \(list): [{name: …}]"
    for entry in layer.entries where entry.key == SpecKey.detector.rawValue {
      refuse(at: entry.keyPlace, "'\(entry.key)' has no effect beside '\(list)'", hint: hint)
    }
  }

  private mutating func refuseEqualLabels(_ entries: [Entry]) {
    var known: Set<String> = []
    for entry in entries where !known.insert(entry.label).inserted {
      refuse(
        at: entry.labelPlace, "two detectors are called '\(entry.label)'",
        hint: "give one of them a `\(SpecKey.labelKey)`")
    }
  }

  /// Equal detectors would be two rows with one result.
  private mutating func refuseEqual(_ detectors: [ListedDetector], _ entries: [Entry]) {
    guard problems.isEmpty else { return }
    for (index, detector) in detectors.enumerated() {
      let equal = detectors[..<index].first {
        $0.detector == detector.detector && $0.testSamples == detector.testSamples
      }
      if let equal {
        refuse(
          at: entries[index].labelPlace,
          "'\(detector.label)' has the same values as '\(equal.label)': they are one detector")
      }
    }
  }

  mutating func refuseSweepOfSeveral() {
    for node in nodes(.sweep, in: layers) {
      refuse(
        at: node.place, "a sweep varies one detector, and '\(SpecKey.detectors.rawValue)' lists several",
        hint: "write `detector`, or leave the sweep out")
    }
  }
}

extension SpecNode {
  /// What was found instead of a list.
  fileprivate var listFound: String {
    if case .list = content { return "an empty list" }
    if case .mapping = content { return "a mapping, which changes the entries of a list" }
    return found
  }
}
