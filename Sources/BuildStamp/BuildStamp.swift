/// The sources this program was built from. The plugin StampCommit generates the values, `Stamp`, before every build.
public enum BuildStamp {
  /// The full commit ID, or "unknown" if the sources were not a Git checkout.
  public static var commit: String { Stamp.commit }

  /// Whether the work tree differed from the commit.
  public static var isDirty: Bool { Stamp.isDirty }
}
