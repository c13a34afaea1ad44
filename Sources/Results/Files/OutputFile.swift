import Diagnostics
import Foundation
import Specs

/// A file that the user names for output.
public enum OutputFile {
  /// The first bytes of every HDF5 file: runs, summaries, checkpoints, weights. No output that users name is one.
  private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

  /// Refuses a path that names no file, and one where a result or a spec would be lost. Earlier output is replaced.
  ///
  /// - Parameter option: names another file, such as `--output`.
  public static func require(_ path: String, option: String) throws(Problem) {
    func refusal(_ cause: String) -> Problem {
      Problem(.usage, at: path, cause, hint: "name another file with \(option)")
    }
    if path == "-" { throw refusal("standard output takes no such file") }
    var information = stat()
    guard stat(path, &information) == 0 else {
      if path.utf8.last == UInt8(ascii: "/") { throw refusal("is a folder, not a file") }
      return
    }
    guard information.st_mode & S_IFMT == S_IFREG else { throw refusal("is a folder or device, not a file") }
    if SpecLibrary.isPath(path) { throw refusal("is a YAML file, such as a spec, which would be lost") }
    let start = try? FileHandle(forReadingFrom: URL(fileURLWithPath: path)).read(upToCount: signature.count)
    if let start, start.elementsEqual(signature) {
      throw refusal("is an HDF5 file, such as a run or a summary, which would be lost")
    }
  }
}
