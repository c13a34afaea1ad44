/// The kinds of work that the time of a step goes to.
public enum WorkKind: String, CaseIterable, Sendable {
  case products = "polyphase products, with the transforms around them"
  case transforms = "polyphase transforms of inputs"
  case panels = "other convolutions"
  case normalization = "batch norm and activations"
  case elementwise = "Adam and elementwise"
}

/// Seconds that a context has spent in each kind of work, all threads together counted once.
public struct WorkTimes: Sendable {
  var seconds = [Double](repeating: 0, count: WorkKind.allCases.count)

  public init() {}

  public subscript(kind: WorkKind) -> Double { seconds[Self.position(kind)] }

  mutating func add(_ duration: Duration, to kind: WorkKind) {
    seconds[Self.position(kind)] += duration / .seconds(1)
  }

  private static func position(_ kind: WorkKind) -> Int {
    switch kind {
    case .products: 0
    case .transforms: 1
    case .panels: 2
    case .normalization: 3
    case .elementwise: 4
    }
  }
}
