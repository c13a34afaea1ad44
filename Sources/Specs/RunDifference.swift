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

extension Run {
  /// What gives two runs of the same data and program different ids, in the order of a spec.
  public func differences(from other: Run) -> [RunDifference] {
    let (own, others) = (leaves, other.leaves)
    let keys = own.map(\.key) + others.map(\.key).filter { key in !own.contains { $0.key == key } }
    return keys.compactMap { key in
      func value(_ leaves: [(key: String, value: String)]) -> String {
        leaves.first { $0.key == key }?.value ?? "none"
      }
      return value(own) == value(others)
        ? nil : RunDifference(key: key, value: value(own), other: value(others))
    }
  }

  /// Every value that may decide the numbers.
  private var leaves: [(key: String, value: String)] {
    let run = normalised
    let sections: [(SpecKey, JSON)] = [
      (.dataset, JSON(run.dataset)), (.protocol, JSON(run.evaluation)), (.detector, JSON(run.detector)),
    ]
    let members = sections.flatMap { section, value -> [(key: String, value: String)] in
      guard case .object(let members) = value else { return [] }
      return members.map { ("\(section.rawValue).\($0.key)", $0.value.yaml) }
    }
    return members + [("held_out", heldOut), ("seed", String(seed))]
  }
}
