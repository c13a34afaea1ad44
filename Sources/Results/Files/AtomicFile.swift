import Diagnostics
import Foundation
import HDF5

/// Files that are there as a whole or not at all.
public enum AtomicFile {
  /// Lets `write` make a file under a temporary name in the same folder, then brings it to disk and renames it.
  ///
  /// After a crash in the middle the old file, or none, is there. Missing folders are created.
  public static func write(_ path: String, _ write: (_ temporary: String) throws -> Void) throws {
    let folder = (path as NSString).deletingLastPathComponent
    try createFolder(folder)
    let temporary = TemporaryName(of: path).path
    do {
      try write(temporary)
      try synchronize(temporary)
    } catch {
      unlink(temporary)
      // The temporary file, of which nobody knows, is not there any more.
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
      throw Problem(.inputOutput, at: path, "cannot be put in place: \(reason)")
    }
    try synchronize(folder.isEmpty ? "." : folder)
  }

  /// Removes what processes have left of a folder's files, when they ended in the middle of writing one.
  ///
  /// - Parameter isRemains: whether a temporary file is of those that may go.
  /// - Throws: `Problem` when one is there and cannot be removed.
  static func removeRemains(in folder: String, where isRemains: (TemporaryName) -> Bool) throws(Problem) {
    for name in try RunFolder.names(in: folder) {
      guard let temporary = TemporaryName(name), isRemains(temporary) else { continue }
      let path = "\(folder)/\(name)"
      guard unlink(path) == 0 || errno == ENOENT else {
        throw Problem(.inputOutput, at: path, "cannot be removed: \(systemReason())")
      }
    }
  }

  /// Makes a folder and those above it; nothing to do where it is there.
  ///
  /// - Throws: `Problem` when that is not possible, or when the folder cannot be written to.
  public static func createFolder(_ folder: String) throws(Problem) {
    let path = folder.isEmpty ? "." : folder
    try createFolders(to: folder, hint: "give another with --results")
    guard access(path, W_OK | X_OK) == 0 else {
      throw Problem(
        .inputOutput, at: path, "the folder cannot be written to: \(systemReason())",
        hint: "change its permissions or give another with --results")
    }
  }

  /// fsync: what was written survives a power cut.
  private static func synchronize(_ path: String) throws(Problem) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw Problem(.inputOutput, at: path, "cannot be opened: \(systemReason())")
    }
    defer { close(descriptor) }
    // Some file systems have nothing to bring to disk of a folder, and say so.
    guard fsync(descriptor) == 0 || [EINVAL, ENOTSUP].contains(errno) else {
      throw Problem(.inputOutput, at: path, "cannot be brought to disk: \(systemReason())")
    }
  }
}
