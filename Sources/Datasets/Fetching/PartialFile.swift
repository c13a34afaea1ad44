import Diagnostics
import Foundation

/// The file `NAME.part` beside the final one, held by one process at a time.
struct PartialFile: ~Copyable {
  let path: String
  let descriptor: Int32

  /// Opens or creates the file, and waits while another process fetches into it.
  init(at path: String) throws(Problem) {
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
      if descriptor < 0 { throw systemProblem(path, "cannot be written") }
      // A file system without locks gives an error here, and no protection.
      while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
      var held = stat()
      var named = stat()
      // While we waited, the other process may have given the file its final name.
      if fstat(descriptor, &held) == 0, stat(path, &named) == 0, held.st_ino == named.st_ino {
        self.path = path
        self.descriptor = descriptor
        return
      }
      close(descriptor)
    }
  }

  deinit { close(descriptor) }

  /// Size in bytes.
  var size: Int {
    var information = stat()
    return fstat(descriptor, &information) == 0 ? Int(information.st_size) : 0
  }

  func empty() throws(Problem) {
    if ftruncate(descriptor, 0) != 0 { throw systemProblem(path, "cannot be written") }
  }

  func remove() { unlink(path) }

  /// Brings the content to the disk, then gives the file its final name, in the same folder, in one step.
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

/// The operating system's last error as a problem at `path`.
func systemProblem(_ path: String, _ words: String) -> Problem {
  Problem(.inputOutput, at: path, "\(words): \(String(cString: strerror(errno)))")
}
