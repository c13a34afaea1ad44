/// The kinds of work that make up the time of a step.
public enum WorkKind: String, CaseIterable, Sendable {
  case products = "polyphase products, with the transforms around them"
  case transforms = "polyphase transforms of inputs"
  case panels = "other convolutions"
  case normalization = "batch norm and activations"
  case elementwise = "Adam and elementwise"
}

/// Wall-clock seconds that a context has spent on each kind of work.
public struct WorkTimes: Sendable {
  var seconds = [Double](repeating: 0, count: WorkKind.allCases.count)

  /// All zero.
  public init() {}

  /// Wall-clock seconds spent on `kind`.
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
