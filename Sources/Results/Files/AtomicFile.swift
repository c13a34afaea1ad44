import Diagnostics
import Foundation
import HDF5

/// Files that are written completely or not at all.
public enum AtomicFile {
  /// Lets `write` make a file under a temporary name in the same folder, then syncs it to disk and renames it.
  ///
  /// After a crash midway, the old file, or none, is there. Missing folders are created.
  public static func write(_ path: String, _ write: (_ temporary: String) throws -> Void) throws {
    let folder = parentFolder(of: path)
    try createFolder(folder)
    let temporary = TemporaryName(of: path).path
    do {
      try write(temporary)
      try synchronize(temporary)
    } catch {
      unlink(temporary)
      // Name the final path: the temporary file is gone, and unknown to the user.
      guard var problem = error as? Problem ?? (error as? HDF5Error).map(Problem.init) else { throw error }
      problem.place = problem.place.replacing(temporary, with: path)
      if problem.kind == .inputOutput {
        problem = problem.hinting("make room there, or give another folder with --results")
      }
      throw problem
    }
    guard rename(temporary, path) == 0 else {
      let reason = systemReason()
      unlink(temporary)
      throw Problem(.inputOutput, at: path, "cannot be renamed into place: \(reason)")
    }
    try synchronize(folder.isEmpty ? "." : folder)
  }

  /// Removes temporary files that processes left in a folder when they ended while writing.
  ///
  /// - Parameter isRemains: whether a temporary file may be removed.
  /// - Throws: `Problem` if one cannot be removed.
  static func removeRemains(in folder: String, where isRemains: (TemporaryName) -> Bool) throws(Problem) {
    for name in try RunFolder.names(in: folder) {
      guard let temporary = TemporaryName(name), isRemains(temporary) else { continue }
      let path = "\(folder)/\(name)"
      guard unlink(path) == 0 || errno == ENOENT else {
        throw Problem(.inputOutput, at: path, "cannot be removed: \(systemReason())")
      }
    }
  }

  /// Creates a folder and its missing parents.
  ///
  /// - Throws: `Problem` if that is not possible, or if the folder cannot be written to.
  public static func createFolder(_ folder: String) throws(Problem) {
    let path = folder.isEmpty ? "." : folder
    try createFolders(to: folder, hint: "give another with --results")
    guard access(path, W_OK | X_OK) == 0 else {
      throw Problem(
        .inputOutput, at: path, "the folder cannot be written to: \(systemReason())",
        hint: "change its permissions or give another with --results")
    }
  }

  /// fsync, so that what was written survives a power failure.
  private static func synchronize(_ path: String) throws(Problem) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw Problem(.inputOutput, at: path, "cannot be opened: \(systemReason())")
    }
    defer { close(descriptor) }
    // Some file systems cannot sync a folder, and report it as an error.
    guard fsync(descriptor) == 0 || [EINVAL, ENOTSUP].contains(errno) else {
      throw Problem(.inputOutput, at: path, "cannot be synced to disk: \(systemReason())")
    }
  }
}
