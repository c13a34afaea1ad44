import HDF5
import Settings
import Specs

/// What a summary records of a sweep: the values behind each configuration, and how the best was chosen.
///
/// In the file, `/sweep`, like `/auc`, has a data set `(configuration)` for each varied field, and
///
///     field                       the names of these data sets
///     criterion (configuration)   what the best is chosen by: a mean over held-out classes and seeds
///     epochs (configuration)      of the runs that the tables show
///     stopped (configuration)     1 if successive halving went on without it
public struct SweepSummary: Sendable, Equatable {
  /// Short names of the varied fields.
  public var fields: [String]
  /// By field and configuration.
  public var values: [[SettingValue]]
  /// nil if no best is chosen.
  public var criterion: SweepCriterion?
  /// What the best is chosen by, by configuration; NaN unless all runs have it.
  public var scores: [Double]
  /// The epochs of the runs that the tables show, by configuration.
  public var epochs: [Int]
  /// Whether successive halving went on without it, by configuration.
  public var isStopped: [Bool]

  public init(
    fields: [String], values: [[SettingValue]], criterion: SweepCriterion?, scores: [Double], epochs: [Int],
    isStopped: [Bool]
  ) {
    self.fields = fields
    self.values = values
    self.criterion = criterion
    self.scores = scores
    self.epochs = epochs
    self.isStopped = isStopped
  }

  /// Whether successive halving trained configurations for different numbers of epochs.
  public var hasRungs: Bool { isStopped.contains(true) }

  /// The best configuration, the first if tied, among those that were not stopped; nil if none is chosen.
  public var best: Int? {
    guard let criterion else { return nil }
    let candidates = scores.indices.filter { !isStopped[$0] && !scores[$0].isNaN }
    return candidates.dropFirst().reduce(candidates.first) { best, next in
      best.map { criterion.isBetter(scores[next], than: scores[$0]) ? next : $0 }
    }
  }
}

// MARK: - In a file

extension SweepSummary {
  private static let ownNames = ["configuration", "criterion", "epochs", "stopped", "field"]

  /// - Parameter labels: of the configurations.
  func write(to group: HDF5Group, labels: [String]) throws {
    let configuration = try group.write(labels, to: "configuration")
    try configuration.makeDimensionScale(named: "configuration")
    try group.write(fields, to: "field").makeDimensionScale(named: "field")
    try writeValues(to: group, configuration)
    let shape = [labels.count]
    try group.write(epochs, shape: shape, to: "epochs").attachDimensionScales([configuration])
    try group.write(isStopped.map { UInt8($0 ? 1 : 0) }, shape: shape, to: "stopped")
      .attachDimensionScales([configuration])
    guard let criterion else { return }
    let scores = try group.write(scores, shape: shape, to: "criterion")
    try scores.attachDimensionScales([configuration])
    try scores.attributes.write(criterion.rawValue, to: "chosen_by")
    try scores.attributes.write("chosen \(criterion.words)", to: "meaning")
    if let best { try group.attributes.write(labels[best], to: "best") }
  }

  /// Writes one data set per field, on the configurations' scale.
  func writeValues(to group: HDF5Group, _ configuration: HDF5Dataset) throws {
    for (name, values) in zip(fields, values) {
      let name = Self.ownNames.contains(name) ? "\(name)_value" : name
      let dataset = try Self.write(values, to: name, in: group)
      try dataset.attachDimensionScales([configuration])
    }
  }

  private static func write(
    _ values: [SettingValue], to name: String, in group: HDF5Group
  ) throws -> HDF5Dataset {
    let integers = values.compactMap { if case .integer(let integer) = $0 { integer } else { nil } }
    if integers.count == values.count { return try group.write(integers, shape: [values.count], to: name) }
    let numbers = values.compactMap(\.asNumber)
    if numbers.count == values.count { return try group.write(numbers, shape: [values.count], to: name) }
    return try group.write(values.map(\.words), to: name)
  }

  /// - Throws: `HDF5Error` when something is missing or the shapes do not fit together.
  init(_ group: HDF5Group) throws {
    let labels = try group.openDataset("configuration").readStrings().values
    fields = try group.openDataset("field").readStrings().values
    values = []
    for name in fields {
      let dataset = try group.openDataset(Self.ownNames.contains(name) ? "\(name)_value" : name)
      values.append(try dataset.settingValues(count: labels.count))
    }
    epochs = try group.openDataset("epochs").read(Int.self, shape: [labels.count])
    isStopped = try group.openDataset("stopped").read(UInt8.self, shape: [labels.count]).map { $0 != 0 }
    if try group.exists("criterion") {
      let dataset = try group.openDataset("criterion")
      let word = try dataset.attributes.readString("chosen_by")
      guard let criterion = SweepCriterion(rawValue: word) else {
        throw dataset.refusal("'\(word)' is not a criterion that this program knows")
      }
      self.criterion = criterion
      scores = try dataset.read(Double.self, shape: [labels.count])
    } else {
      criterion = nil
      scores = labels.map { _ in .nan }
    }
  }
}

extension HDF5Dataset {
  /// The values as strings, integers or floating-point numbers, as stored.
  fileprivate func settingValues(count: Int) throws -> [SettingValue] {
    let values: [SettingValue]
    if try holdsStrings() {
      values = try readStrings().values.map(SettingValue.text)
    } else {
      let numbers = try read(Double.self).values
      values =
        try holdsIntegers()
        ? read(Int.self).values.map(SettingValue.integer) : numbers.map(SettingValue.number)
    }
    guard values.count == count else {
      throw refusal("it has \(values.count) values for \(count) configurations")
    }
    return values
  }
}

extension SettingValue {
  /// The value as a number; nil if it is not one.
  public var asNumber: Double? {
    switch self {
    case .integer(let integer): Double(integer)
    case .number(let number): number
    case .text, .flag, .list: nil
    }
  }

  /// The value as shown.
  public var words: String {
    switch self {
    case .integer(let integer): String(integer)
    case .number(let number): SettingValue.text(of: number)
    case .text(let text): text
    case .flag(let flag): String(flag)
    case .list(let values): values.map(\.words).joined(separator: " ")
    }
  }
}
