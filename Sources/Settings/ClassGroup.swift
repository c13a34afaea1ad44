/// Classes that are held out, or normal, together: one run, and one row of a table, such as `0 + 1`.
public enum ClassGroup {
  /// What separates the members of a group in its name; no class of an image folder may have it in its own.
  public static let separator = " + "

  /// The name of a group; a single class keeps its own.
  public static func name(of members: [String]) -> String { members.joined(separator: separator) }

  /// The classes that a name stands for.
  public static func members(of name: String) -> [String] {
    name.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
  }
}
