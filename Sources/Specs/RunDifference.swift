/// A value in which a run differs from another.
public struct RunDifference: Sendable, Equatable {
  /// As in a spec, such as `detector.learning_rate`.
  public var key: String
  /// The values as they stand in specs; "none" where a field does not apply.
  public var value: String
  public var other: String

  public init(key: String, value: String, other: String) {
    self.key = key
    self.value = value
    self.other = other
  }
}

/// Every value of a run that may decide its numbers, ready to be compared with those of many others.
public struct RunValues: Sendable {
  /// In the order of a spec.
  private let leaves: [(key: String, value: String)]

  public init(_ run: Run) {
    let normalized = run.normalized
    let sections: [(SpecKey, JSON)] = [
      (.dataset, JSON(normalized.dataset)), (.protocol, JSON(normalized.evaluation)),
      (.detector, JSON(normalized.detector)),
    ]
    let members = sections.flatMap { section, value -> [(key: String, value: String)] in
      guard case .object(let members) = value else { return [] }
      return members.map { ("\(section.rawValue).\($0.key)", $0.value.yaml) }
    }
    leaves =
      members + [
        (run.classRole.key, run.heldOut), (SpecKey.engine.rawValue, run.engine.rawValue),
        ("seed", String(run.seed)),
      ] + (run.imported.map { [("imported", $0)] } ?? [])
  }

  /// What gives two runs of the same data and program different ids, in the order of a spec.
  public func differences(from other: RunValues) -> [RunDifference] {
    let byKey = Dictionary(other.leaves.map { ($0.key, $0.value) }) { first, _ in first }
    let own = Set(leaves.map(\.key))
    let keys = leaves + other.leaves.filter { !own.contains($0.key) }.map { (key: $0.key, value: "none") }
    return keys.compactMap { key, value in
      let others = byKey[key] ?? "none"
      return value == others ? nil : RunDifference(key: key, value: value, other: others)
    }
  }
}

extension Run {
  /// What gives two runs of the same data and program different ids, in the order of a spec.
  public func differences(from other: Run) -> [RunDifference] {
    RunValues(self).differences(from: RunValues(other))
  }
}
