/// Distinct values in order of first appearance, each with its position.
struct OrderedValues<Value: Hashable> {
  private(set) var values: [Value] = []
  private var positions: [Value: Int] = [:]

  /// The position of a value, which is appended if it is new.
  mutating func position(of value: Value) -> Int {
    if let position = positions[value] { return position }
    positions[value] = values.count
    values.append(value)
    return values.count - 1
  }
}
