/// A value in which a run differs from another.
public struct RunDifference: Sendable, Equatable {
  /// The key in a spec, such as `detector.learning_rate`.
  public var key: String
  /// The run's value as written in specs; "none" if the field does not apply.
  public var value: String
  /// The other run's value.
  public var other: String

  /// A difference at `key`.
  public init(key: String, value: String, other: String) {
    self.key = key
    self.value = value
    self.other = other
  }
}

/// All values of a run that may affect its numbers, ready to be compared with many other runs.
public struct RunValues: Sendable {
  /// In spec order.
  private let leaves: [(key: String, value: String)]

  /// Extracts the values of a run.
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

  /// The values that give two runs on the same data and program different ids, in spec order.
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
