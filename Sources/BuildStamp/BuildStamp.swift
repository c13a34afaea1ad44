/// Which sources this program was built from. The plugin StampCommit writes the other half of it, `Stamp`, before
/// every build.
public enum BuildStamp {
  /// The full commit id, or "unknown" where the sources were no git checkout.
  public static var commit: String { Stamp.commit }

  /// Whether files differed from the commit.
  public static var isDirty: Bool { Stamp.isDirty }
}
