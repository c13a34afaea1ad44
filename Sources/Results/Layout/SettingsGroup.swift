import HDF5
import Settings
import Specs

/// A run's settings as typed attributes: `settings/dataset`, `settings/protocol` and `settings/detector` have the keys
/// of a spec; `settings` itself has `detector`, the class under its role's name, `seed`, `kernels`, `engine` unless it
/// is the CPU, and `imported`, the SHA-256 of weights that were not trained here.
enum SettingsGroup {
  static let name = "settings"
  private static let (dataset, evaluation, detector) = ("dataset", "protocol", "detector")
  private static let (engine, imported) = ("engine", "imported")

  static func write(_ run: Run, to group: HDF5Group) throws(HDF5Error) {
    let settings = try group.createGroup(name)
    try settings.attributes.write(run.detector.name, to: detector)
    try settings.attributes.write(run.heldOut, to: run.classRole.key)
    try settings.attributes.write(run.seed, to: "seed")
    try settings.attributes.write(run.kernels, to: "kernels")
    // Absent from the files of versions that had only the CPU engine.
    if run.engine != .cpu { try settings.attributes.write(run.engine.rawValue, to: engine) }
    if let sum = run.imported { try settings.attributes.write(sum, to: imported) }
    try write(run.dataset.resolved, to: settings.createGroup(dataset))
    try write(run.evaluation.resolved, to: settings.createGroup(evaluation))
    try write(run.detector.record.resolved, to: settings.createGroup(detector))
  }

  private static func write(
    _ values: [(key: String, value: SettingValue)], to group: HDF5Group
  ) throws(HDF5Error) {
    let attributes = group.attributes
    for (key, value) in values {
      switch value {
      case .integer(let integer): try attributes.write(integer, to: key)
      case .number(let number): try attributes.write(number, to: key)
      case .text(let text): try attributes.write(text, to: key)
      case .flag(let flag): try attributes.write(UInt8(flag ? 1 : 0), to: key)
      case .list(let values): try attributes.write(values.map(\.words), to: key)
      }
    }
  }

  /// - Throws: `HDF5Error` if something is missing, or for a detector or engine that this program does not know.
  static func read(from group: HDF5Group) throws(HDF5Error) -> Run {
    let settings = try group.openGroup(name)
    let kindName = try settings.attributes.readString(detector)
    guard let kind = DetectorSettings.kinds.first(where: { $0.detectorName == kindName }) else {
      throw settings.refusal("this program has no detector '\(kindName)'")
    }
    let engineName = try settings.attributes.exists(engine) ? settings.attributes.readString(engine) : nil
    guard let engine = engineName.map(ComputeEngine.init(rawValue:)) ?? .cpu else {
      throw settings.refusal("this program has no engine '\(engineName ?? "")'")
    }
    let role = try settings.attributes.exists(ClassRole.normal.key) ? ClassRole.normal : .heldOut
    return Run(
      dataset: try record(settings.openGroup(dataset)),
      evaluation: try record(settings.openGroup(evaluation)),
      detector: try settingsOf(kind, settings.openGroup(detector)),
      heldOut: try settings.attributes.readString(role.key),
      seed: try settings.attributes.readNumber(Int.self, "seed"),
      kernels: try settings.attributes.readString("kernels"), engine: engine,
      imported: try settings.attributes.exists(imported) ? settings.attributes.readString(imported) : nil)
  }

  private static func settingsOf<Kind: DetectorRecord>(
    _ kind: Kind.Type, _ group: HDF5Group
  ) throws(HDF5Error) -> DetectorSettings {
    let record: Kind = try record(group)
    return DetectorSettings(record)
  }

  private static func record<Record: SettingsRecord>(_ group: HDF5Group) throws(HDF5Error) -> Record {
    var values: [String: SettingValue] = [:]
    for field in Record.fields {
      for key in [field.formerKey, field.key].compactMap({ $0 }) where try group.attributes.exists(key) {
        values[field.key] = try value(key, field.form, of: group.attributes)
      }
    }
    return Record(stored: values)
  }

  private static func value(
    _ key: String, _ form: SettingForm, of attributes: HDF5Attributes
  ) throws(HDF5Error) -> SettingValue {
    switch form {
    case .integer, .integerAmong: .integer(try attributes.readNumber(Int.self, key))
    case .number: .number(try attributes.readNumber(Double.self, key))
    case .flag: .flag(try attributes.readNumber(UInt8.self, key) != 0)
    case .text, .choice: .text(try attributes.readString(key))
    case .list: .list(try attributes.readStrings(key).map(SettingValue.text))
    }
  }
}
