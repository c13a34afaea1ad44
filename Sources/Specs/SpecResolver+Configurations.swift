import Diagnostics
import Foundation
import Randomness
import Settings

/// Expands a sweep into its configurations.
///
/// Each configuration is the spec with one more layer, the last, so its values are checked and refused as if they were
/// written in the spec.
extension SpecResolver {
  /// - Returns: the distinct configurations; empty if there is a problem.
  mutating func configurations(
    of sweep: Sweep, _ fields: [SweptField], preset: Preset?, dataset: DatasetSettings
  ) -> [Configuration] {
    guard let place = nodes(.sweep, in: layers).last?.place, let count = Self.count(sweep, fields) else {
      refuse(
        at: nodes(.sweep, in: layers).last?.place ?? source.path,
        "the sweep has more than \(SweepKey.mostConfigurations) configurations", hint: "vary less at once")
      return []
    }
    if fields.contains(where: \.isVariedAlone) {
      return oneByOne(sweep, fields, preset: preset, dataset: dataset)
    }
    var configurations: [Configuration] = []
    var known: Set<String> = []
    for index in 0..<count {
      let values = Self.values(at: index, of: sweep, fields, place: place)
      let label = zip(sweep.names, values).map { "\($0)=\(JSON($1.value).yaml)" }.joined(separator: ", ")
      guard known.insert(label).inserted else { continue }
      guard
        let (evaluation, detector) = settings(
          with: Self.layer(fields, values), sweep, preset: preset, dataset: dataset)
      else { return [] }
      configurations.append(
        Configuration(
          label: label, values: values.map(\.value), evaluation: evaluation, detector: detector))
    }
    return configurations
  }

  /// The spec's own values, then one change at a time: each value of each field that differs from the spec's.
  private mutating func oneByOne(
    _ sweep: Sweep, _ fields: [SweptField], preset: Preset?, dataset: DatasetSettings
  ) -> [Configuration] {
    guard
      let (evaluation, detector) = settings(
        with: SpecLayer(entries: [], path: ""), sweep, preset: preset, dataset: dataset)
    else { return [] }
    let own = fields.map { Self.value(of: $0.path, evaluation, detector) }
    var configurations = [
      Configuration(label: Configuration.unchanged, values: own, evaluation: evaluation, detector: detector)
    ]
    for (position, field) in fields.enumerated() {
      guard case .oneByOne(let values) = field.variation else { continue }
      for (value, node) in zip(values, field.nodes) where value != own[position] {
        guard
          let (evaluation, detector) = settings(
            with: Self.layer([field], [(value, node)]), sweep, preset: preset, dataset: dataset)
        else { return [] }
        var changed = own
        changed[position] = value
        configurations.append(
          Configuration(
            label: "\(sweep.names[position])=\(JSON(value).yaml)", values: changed, evaluation: evaluation,
            detector: detector))
      }
    }
    return configurations
  }

  /// The settings with one more layer, the last; on a problem, records it and returns nil.
  private mutating func settings(
    with layer: SpecLayer, _ sweep: Sweep, preset: Preset?, dataset: DatasetSettings
  ) -> (ProtocolSettings, DetectorSettings)? {
    var resolver = SpecResolver(layers: layers + [layer], source: source)
    let (evaluation, detector) = resolver.settings(preset: preset, dataset: dataset)
    if sweep.criterion == .validationLoss, evaluation.validationFraction == 0 {
      resolver.refuse(
        at: place(of: "sweep.choose_by"),
        "'sweep.choose_by' is 'validation-loss', but no normals are held out of training",
        hint: "write `protocol: {validation_fraction: 0.1}`")
    }
    if evaluation.split.classRole != classRole {
      resolver.refuse(
        at: resolver.place(of: "protocol.split"),
        "a sweep cannot vary whether classes are held out or normal",
        hint: "write a spec for each that `extends` this one")
    }
    guard resolver.problems.isEmpty else {
      // The next configurations would repeat much the same problems.
      problems += resolver.problems
      return nil
    }
    return (evaluation, detector)
  }

  /// The value of the field at a path.
  private static func value(
    of path: String, _ evaluation: ProtocolSettings, _ detector: DetectorSettings
  ) -> SettingValue {
    func read(_ record: some SettingsRecord, _ section: SpecKey) -> SettingValue? {
      type(of: record).fields.first { "\(section.rawValue).\($0.key)" == path }?.read(record)
    }
    guard let value = read(evaluation, .protocol) ?? read(detector.record, .detector) else {
      preconditionFailure("'\(path)' was varied and is not a field")
    }
    return value
  }

  /// The number of configurations, counting equal ones; nil if there are too many.
  private static func count(_ sweep: Sweep, _ fields: [SweptField]) -> Int? {
    var count = max(1, sweep.draws)
    for field in fields {
      guard case .grid(let values) = field.variation else { continue }
      guard count <= SweepKey.mostConfigurations else { return nil }
      count *= values.count
    }
    return count <= SweepKey.mostConfigurations ? count : nil
  }

  /// The varied values of one configuration, with their nodes in the spec.
  private static func values(
    at index: Int, of sweep: Sweep, _ fields: [SweptField], place: String
  ) -> [(value: SettingValue, node: SpecNode)] {
    let draws = max(1, sweep.draws)
    var remaining = index / draws
    // The grid's last field varies fastest.
    return fields.reversed().map { field in
      switch field.variation {
      case .grid(let values), .oneByOne(let values):
        defer { remaining /= values.count }
        let position = remaining % values.count
        return (values[position], field.nodes[position])
      case .choice(let values):
        let position = min(
          Int(draw(index % draws, field, sweep.seed) * Double(values.count)), values.count - 1)
        return (values[position], field.nodes[position])
      case .uniform(let lower, let upper):
        let value = between(lower, upper, draw(index % draws, field, sweep.seed), isLogarithmic: false)
        return (value, SpecNode(value, place: field.keyPlace))
      case .logUniform(let lower, let upper):
        let value = between(lower, upper, draw(index % draws, field, sweep.seed), isLogarithmic: true)
        return (value, SpecNode(value, place: field.keyPlace))
      }
    }.reversed()
  }

  /// A number in (0, 1) that depends only on the field's path, the sweep's seed and the draw's index: adding fields or
  /// draws does not change the others.
  private static func draw(_ index: Int, _ field: SweptField, _ seed: Int) -> Double {
    var stream = RandomStream(
      seed: UInt64(seed), name: "sweep/\(field.path)", position: UInt64(index))
    return stream.nextUniform()
  }

  /// The value at fraction `share` between the bounds: an integer between integers, otherwise rounded to four
  /// significant digits, to be readable and easy to type.
  private static func between(
    _ lower: SettingValue, _ upper: SettingValue, _ share: Double, isLogarithmic: Bool
  ) -> SettingValue {
    func interpolated(_ lower: Double, _ upper: Double) -> Double {
      isLogarithmic
        ? exp(log(lower) + share * (log(upper) - log(lower))) : lower + share * (upper - lower)
    }
    if case (.integer(let low), .integer(let high)) = (lower, upper) {
      let value = Int(interpolated(Double(low), Double(high) + 1).rounded(.down))
      return .integer(min(max(value, low), high))
    }
    let value = interpolated(lower.number, upper.number)
    let rounded = Double(String(format: "%.3e", value)) ?? value
    return .number(min(max(rounded, lower.number), upper.number))
  }

  private static func layer(
    _ fields: [SweptField], _ values: [(value: SettingValue, node: SpecNode)]
  ) -> SpecLayer {
    var sections: [(key: String, entries: [SpecEntry])] = []
    for (field, value) in zip(fields, values) {
      let parts = field.path.split(separator: ".", maxSplits: 1).map(String.init)
      let entry = SpecEntry(key: parts[1], keyPlace: field.keyPlace, value: value.node)
      if let index = sections.firstIndex(where: { $0.key == parts[0] }) {
        sections[index].entries.append(entry)
      } else {
        sections.append((parts[0], [entry]))
      }
    }
    let entries = sections.map { section in
      let place = section.entries[0].keyPlace
      return SpecEntry(
        key: section.key, keyPlace: place,
        value: SpecNode(content: .mapping(section.entries), place: place))
    }
    return SpecLayer(entries: entries, path: "")
  }
}

extension SpecNode {
  /// A value that does not appear literally in the spec.
  fileprivate init(_ value: SettingValue, place: String) {
    self.init(content: .scalar(value, spelling: JSON(value).compact, quoted: false), place: place)
  }
}
