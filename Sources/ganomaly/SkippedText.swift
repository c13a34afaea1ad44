/// Reports skipped files on the terminal.
enum SkippedText {
  private static let mostNames = 10

  /// Writes the number of skipped files and the first names.
  static func write(_ files: [String]) {
    Terminal.writeError(
      files.count == 1
        ? "1 file is not an image and was skipped:" : "\(files.count) files are not images and were skipped:")
    for file in files.prefix(mostNames) { Terminal.writeError("  \(file)") }
    if files.count > mostNames { Terminal.writeError("  and \(files.count - mostNames) more") }
  }
}
