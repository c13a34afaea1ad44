import Diagnostics
import Foundation

/// The file `NAME.part` next to the final one, locked by one process at a time.
struct PartialFile: ~Copyable {
  let path: String
  let descriptor: Int32

  /// Opens or creates the file, waiting while another process downloads into it.
  init(at path: String) throws(Problem) {
    // Tried again for each process that renames the file while this one waits.
    for _ in 0..<1000 {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
      if descriptor < 0 { throw systemProblem(path, "cannot be written") }
      // A file system without locks returns an error here, and gives no protection.
      while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
      var held = stat()
      var named = stat()
      guard fstat(descriptor, &held) == 0, stat(path, &named) == 0 || errno == ENOENT else {
        let problem = systemProblem(path, "cannot be read")
        close(descriptor)
        throw problem
      }
      if held.st_ino == named.st_ino {
        self.path = path
        self.descriptor = descriptor
        return
      }
      close(descriptor)
    }
    throw Problem(.inputOutput, at: path, "keeps being replaced by another file")
  }

  deinit { close(descriptor) }

  /// Size in bytes.
  func size() throws(Problem) -> Int {
    var information = stat()
    guard fstat(descriptor, &information) == 0 else { throw systemProblem(path, "cannot be read") }
    return Int(information.st_size)
  }

  func empty() throws(Problem) {
    if ftruncate(descriptor, 0) != 0 { throw systemProblem(path, "cannot be written") }
  }

  func remove() { unlink(path) }

  /// Syncs the content to disk, then atomically renames the file to its final name in the same folder.
  func rename(to final: String) throws(Problem) {
    if fsync(descriptor) != 0 { throw systemProblem(path, "cannot be written") }
    if Glibc.rename(path, final) != 0 { throw systemProblem(final, "cannot be written") }
    let folder = open((final as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
  }
}

/// The operating system's last error (`errno`) as a problem at `path`.
func systemProblem(_ path: String, _ words: String) -> Problem {
  Problem(.inputOutput, at: path, "\(words): \(String(cString: strerror(errno)))")
}
