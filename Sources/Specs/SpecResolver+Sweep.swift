import Diagnostics
import Settings

/// A field that a sweep varies, as written in the spec.
struct SweptField {
  var path: String
  var keyPlace: String
  var form: SettingForm
  var variation: Sweep.Variation
  /// The spec's nodes for the values of a grid or a choice.
  var nodes: [SpecNode]

  /// Whether it is varied while all others keep the spec's values.
  var isVariedAlone: Bool {
    if case .oneByOne = variation { true } else { false }
  }
}

/// Reads and checks a spec's `sweep`.
extension SpecResolver {
  /// Parses `sweep`; nil if there is none. The configurations are filled in later.
  mutating func sweep(detector: DetectorSettings) -> (sweep: Sweep, fields: [SweptField])? {
    guard let node = nodes(.sweep, in: layers).last else { return nil }
    let entries = sweepEntries()
    let grid = swept(entries[.grid], .grid, detector) { resolver, path, form, node in
      resolver.gridValues(path, form, node)
    }
    let oneByOne = swept(entries[.oneByOne], .oneByOne, detector) { resolver, path, form, node in
      resolver.values(of: node, form, "sweep.one_by_one.\(path)").map { (.oneByOne($0.values), $0.nodes) }
    }
    let random = swept(entries[.random], .random, detector) { resolver, path, form, node in
      resolver.drawnValues(path, form, node)
    }
    for field in random where grid.contains(where: { $0.path == field.path }) {
      refuse(at: field.keyPlace, "'\(field.path)' is in the grid already")
    }
    let hasRandom = entries[.random] != nil
    if let entry = entries[.oneByOne],
      let other = [SweepKey.grid, .random, .halving].first(where: { entries[$0] != nil })
    {
      refuse(
        at: entry.keyPlace,
        "'sweep.one_by_one' excludes other sweeps: with '\(other.rawValue)' more than one value would change at a time",
        hint: "take one of them out")
    }
    if entries[.grid] == nil, entries[.oneByOne] == nil, !hasRandom {
      refuse(
        at: node.place, "'sweep' varies nothing",
        hint: "write `grid: {detector.latent_size: [8, 16]}` or `random`")
    }
    for key in [SweepKey.draws, .seed] {
      if let entry = entries[key], !hasRandom {
        refuse(at: entry.keyPlace, "'sweep.\(key.rawValue)' has no effect here: nothing is drawn at `random`")
      }
    }
    if let entry = entries[.random], entries[.draws] == nil {
      refuse(at: entry.keyPlace, "'sweep.draws' is missing: say how many times to draw `random`")
    }
    let halving = entries[.halving].flatMap { readHalving($0, detector: detector, fields: grid + random) }
    let criterion = text(entries[.chooseBy], .chooseBy).flatMap(SweepCriterion.init)
    if let entry = entries[.halving], entries[.chooseBy] == nil {
      refuse(
        at: entry.keyPlace, "'sweep.choose_by' is missing: say by which criterion configurations advance",
        hint: "one of \(SweepCriterion.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    let fields = grid + oneByOne + random
    let sweep = Sweep(
      fields: fields.map { Sweep.Field(path: $0.path, variation: $0.variation) },
      draws: hasRandom ? integer(entries[.draws], .draws) ?? 1 : 0,
      seed: integer(entries[.seed], .seed) ?? 0, halving: halving, criterion: criterion, configurations: [])
    return (sweep, fields)
  }

  /// The current keys of `sweep`: for each, the last over all layers.
  private mutating func sweepEntries() -> [SweepKey: SpecEntry] {
    var entries: [SweepKey: SpecEntry] = [:]
    for entry in mappings(of: .sweep).joined() {
      if let key = SweepKey(rawValue: entry.key) {
        entries[key] = entry
        note(place: entry.value.place, of: "sweep.\(entry.key)")
      } else {
        refuseUnknown(entry, in: "sweep", keys: SweepKey.allCases.map(\.rawValue))
      }
    }
    return entries
  }

  private mutating func value(_ entry: SpecEntry?, _ form: SettingForm, _ subject: String) -> SettingValue? {
    guard let entry else { return nil }
    do {
      return try form.value(of: entry.value, for: "'\(subject)'")
    } catch {
      problems.append(error)
      return nil
    }
  }

  private mutating func value(_ entry: SpecEntry?, _ key: SweepKey) -> SettingValue? {
    key.form.flatMap { value(entry, $0, "sweep.\(key.rawValue)") }
  }

  private mutating func integer(_ entry: SpecEntry?, _ key: SweepKey) -> Int? {
    if case .integer(let integer) = value(entry, key) { integer } else { nil }
  }

  private mutating func text(_ entry: SpecEntry?, _ key: SweepKey) -> String? {
    if case .text(let text) = value(entry, key) { text } else { nil }
  }

  private mutating func readHalving(
    _ entry: SpecEntry, detector: DetectorSettings, fields: [SweptField]
  ) -> Halving? {
    guard let entries = mapping(entry.value, "sweep.halving") else { return nil }
    var values: [HalvingKey: Int] = [:]
    for entry in entries {
      guard let key = HalvingKey(rawValue: entry.key) else {
        refuseUnknown(entry, in: "sweep.halving", keys: HalvingKey.allCases.map(\.rawValue))
        continue
      }
      if case .integer(let integer) = value(entry, key.form, "sweep.halving.\(key.rawValue)") {
        values[key] = integer
      }
    }
    for key in HalvingKey.allCases where !entries.contains(where: { $0.key == key.rawValue }) {
      refuse(at: entry.value.place, "'sweep.halving.\(key.rawValue)' is missing")
    }
    for field in fields where field.path == "detector.epochs" {
      refuse(
        at: field.keyPlace, "'detector.epochs' cannot be varied beside `halving`, which decides on the epochs"
      )
    }
    guard let first = values[.first], let factor = values[.factor] else { return nil }
    if first >= detector.epochs {
      refuse(
        at: entry.value.place,
        "'sweep.halving.first' is \(first), but the whole training has \(detector.epochs) epochs",
        hint: "the first rung must be shorter: raise 'detector.epochs' or lower 'first'")
    }
    return Halving(first: first, factor: factor)
  }
}

// MARK: - Fields

extension SpecResolver {
  /// Parses the fields of `grid`, `one_by_one` or `random`, each checked against its form; wrong ones are left out.
  private mutating func swept(
    _ entry: SpecEntry?, _ key: SweepKey, _ detector: DetectorSettings,
    _ read: (inout SpecResolver, String, SettingForm, SpecNode) -> (Sweep.Variation, [SpecNode])?
  ) -> [SweptField] {
    guard let entry, let entries = mapping(entry.value, "sweep.\(key.rawValue)") else { return [] }
    if entries.isEmpty { refuse(at: entry.value.place, "'sweep.\(key.rawValue)' names no field") }
    let forms = Self.forms(of: ProtocolSettings(), .protocol) + Self.forms(of: detector.record, .detector)
    var fields: [SweptField] = []
    for entry in entries {
      guard let form = forms.first(where: { $0.path == entry.key })?.form else {
        refuseUnvaried(entry, paths: forms.map(\.path))
        continue
      }
      if let option = layers.last.flatMap({ place(of: entry.key, in: $0) }) {
        refuse(
          at: option, "'\(entry.key)' is varied by the sweep, which gives its values",
          hint: "give --set 'sweep={…}' instead")
      }
      if let (variation, nodes) = read(&self, entry.key, form, entry.value) {
        fields.append(
          SweptField(
            path: entry.key, keyPlace: entry.keyPlace, form: form, variation: variation, nodes: nodes))
      }
    }
    return fields
  }

  private static func forms(
    of record: some SettingsRecord, _ section: SpecKey
  ) -> [(path: String, form: SettingForm)] {
    type(of: record).fields.map { ("\(section.rawValue).\($0.key)", $0.form) }
  }

  private mutating func refuseUnvaried(_ entry: SpecEntry, paths: [String]) {
    let key = entry.key
    if key.hasPrefix("\(SpecKey.dataset.rawValue).") {
      return refuse(
        at: entry.keyPlace, "'\(key)' cannot be varied: a sweep has one data set",
        hint: "write a spec for each that `extends` this one")
    }
    if [SpecKey.seeds.rawValue, SpecKey.heldOut.rawValue].contains(key) {
      return refuse(
        at: entry.keyPlace, "'\(key)' is not varied: every configuration is run with all of them",
        hint: "write `\(key)` beside `sweep`")
    }
    let suggestion = paths.first { $0.hasSuffix(".\(key)") } ?? nearest(to: key, among: paths)
    refuse(
      at: entry.keyPlace, "'\(key)' is not a field that can be varied",
      hint: suggestion.map { "did you mean '\($0)'?" }
        ?? "write the path of a field of the detector or the protocol, as in detector.latent_size")
  }

  private mutating func gridValues(
    _ path: String, _ form: SettingForm, _ node: SpecNode
  ) -> (Sweep.Variation, [SpecNode])? {
    values(of: node, form, "sweep.grid.\(path)").map { (.grid($0.values), $0.nodes) }
  }

  private mutating func values(
    of node: SpecNode, _ form: SettingForm, _ subject: String
  ) -> (values: [SettingValue], nodes: [SpecNode])? {
    do {
      let value = try SettingForm.list(of: form, atLeast: 1).value(of: node, for: "'\(subject)'")
      if case .list(let values) = value, case .list(let nodes) = node.content { return (values, nodes) }
    } catch {
      problems.append(error)
    }
    return nil
  }

  private mutating func drawnValues(
    _ path: String, _ form: SettingForm, _ node: SpecNode
  ) -> (Sweep.Variation, [SpecNode])? {
    let subject = "sweep.random.\(path)"
    guard let entries = mapping(node, subject) else { return nil }
    guard entries.count == 1, let entry = entries.first, let key = DrawKey(rawValue: entry.key) else {
      let keys = DrawKey.allCases.map(\.rawValue)
      let unknown = entries.first { !keys.contains($0.key) }
      refuse(
        at: unknown?.keyPlace ?? node.place,
        "'\(subject)' must be one of {uniform: [from, to]}, {log_uniform: [from, to]}, {choice: […]}",
        hint: unknown.flatMap { nearest(to: $0.key, among: keys) }.map { "did you mean '\($0)'?" } ?? "")
      return nil
    }
    if key == .choice {
      return values(of: entry.value, form, "\(subject).choice").map { (.choice($0.values), $0.nodes) }
    }
    return bounds(entry.value, form, "\(subject).\(key.rawValue)", isLogarithmic: key == .logUniform).map {
      (key == .uniform ? .uniform(lower: $0, upper: $1) : .logUniform(lower: $0, upper: $1), [])
    }
  }

  private mutating func bounds(
    _ node: SpecNode, _ form: SettingForm, _ subject: String, isLogarithmic: Bool
  ) -> (SettingValue, SettingValue)? {
    switch form {
    case .integer, .number: break
    default:
      refuse(
        at: node.place, "'\(subject)' has no effect: only a range of numbers can be drawn from",
        hint: "write {choice: […]}")
      return nil
    }
    guard case .list(let nodes) = node.content, nodes.count == 2 else {
      refuse(at: node.place, "'\(subject)' must be two numbers, [from, to], not \(node.found)")
      return nil
    }
    guard let values = values(of: node, form, subject)?.values else { return nil }
    let (lower, upper) = (values[0].number, values[1].number)
    guard lower < upper, !isLogarithmic || lower > 0 else {
      refuse(
        at: node.place,
        lower < upper
          ? "'\(subject)' begins at \(SettingValue.text(of: lower)), which has no logarithm"
          : "'\(subject)' goes from \(SettingValue.text(of: lower)) down to \(SettingValue.text(of: upper))")
      return nil
    }
    return (values[0], values[1])
  }
}

extension SettingValue {
  /// The value of an integer or a number; NaN for anything else.
  var number: Double {
    switch self {
    case .integer(let integer): Double(integer)
    case .number(let number): number
    case .text, .flag, .list: .nan
    }
  }
}
