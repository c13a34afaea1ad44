/// The role of the class that a run is named after.
public enum ClassRole: String, Sendable, Equatable, CaseIterable {
  /// The class is the anomaly; all others are normal.
  case heldOut = "held_out"
  /// The class is normal; all others are anomalous.
  case normal = "normal_class"

  /// The role as a spec's key and as a dimension of tables.
  public var key: String { rawValue }

  /// The role as a heading.
  public var heading: String {
    switch self {
    case .heldOut: "held out"
    case .normal: "normal class"
    }
  }

  /// One class, as in `by held-out class`.
  public var className: String {
    switch self {
    case .heldOut: "held-out class"
    case .normal: "normal class"
    }
  }

  /// The classes, for use after a count, as in `10 held-out classes`.
  public var classes: String {
    switch self {
    case .heldOut: "held-out classes"
    case .normal: "normal classes"
    }
  }

  /// A clause such as `when 3 is held out`.
  public func condition(_ name: String) -> String {
    switch self {
    case .heldOut: "when \(name) is held out"
    case .normal: "when \(name) is the normal class"
    }
  }

  /// A phrase such as `3 held out` or `3 normal`.
  public func phrase(_ name: String) -> String {
    switch self {
    case .heldOut: "\(name) held out"
    case .normal: "\(name) normal"
    }
  }
}

extension SplitKind {
  /// The role of a run's class in this split.
  public var classRole: ClassRole { self == .oneClassNormal ? .normal : .heldOut }
}
