/// What the one class that a run is named after is in it.
public enum ClassRole: String, Sendable, Equatable, CaseIterable {
  /// It plays the anomaly; all others are normal.
  case heldOut = "held_out"
  /// It is the normal class; all others are anomalous.
  case normal = "normal_class"

  /// The role as a spec's key and as the name of the tables' dimension.
  public var key: String { rawValue }

  /// The role as a heading.
  public var heading: String {
    switch self {
    case .heldOut: "held out"
    case .normal: "normal class"
    }
  }

  /// The classes as they are counted, as in `10 held-out classes`.
  public var classes: String {
    switch self {
    case .heldOut: "held-out classes"
    case .normal: "normal classes"
    }
  }

  /// As in `when 3 is held out`.
  public func condition(_ name: String) -> String {
    switch self {
    case .heldOut: "when \(name) is held out"
    case .normal: "when \(name) is the normal class"
    }
  }

  /// As in `3 held out` or `3 normal`.
  public func phrase(_ name: String) -> String {
    switch self {
    case .heldOut: "\(name) held out"
    case .normal: "\(name) normal"
    }
  }
}

extension SplitKind {
  /// What the class of a run is in this split.
  public var classRole: ClassRole { self == .oneClassNormal ? .normal : .heldOut }
}
