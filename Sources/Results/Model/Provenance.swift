import BuildStamp

/// The sources and the compiler that this program was built from.
public enum BuildInformation {
  /// The full commit id, or "unknown" if the sources were not a git checkout.
  public static var commit: String { BuildStamp.commit }

  /// Whether the sources differed from the commit.
  public static var isDirty: Bool { BuildStamp.isDirty }

  /// `0123456789ab` or `0123456789ab+changes`.
  public static var shortDescription: String { short(commit: commit, isDirty: isDirty) }

  /// The version of the Swift compiler that built the program, as far as `#if compiler` can tell.
  public static var swiftVersion: String {
    #if compiler(>=6.5)
      "6.5 or later"
    #elseif compiler(>=6.4)
      "6.4"
    #elseif compiler(>=6.3)
      "6.3"
    #else
      "6.2"
    #endif
  }

  static func short(commit: String, isDirty: Bool) -> String {
    commit.prefix(12) + (isDirty ? "+changes" : "")
  }
}

/// Where and with what software a run was made: named facts, stored as attributes.
public struct Provenance: Sendable, Equatable {
  /// In the order in which they are shown.
  public var facts: [(name: String, value: String)]

  public init(_ facts: [(name: String, value: String)]) { self.facts = facts }

  /// The value of a fact; nil if it is not recorded.
  public subscript(name: String) -> String? { facts.first { $0.name == name }?.value }

  public static func == (a: Provenance, b: Provenance) -> Bool {
    a.facts.map(\.name) == b.facts.map(\.name) && a.facts.map(\.value) == b.facts.map(\.value)
  }
}
