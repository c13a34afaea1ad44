import Diagnostics
import Foundation

/// A lock between processes: a file that at most one of them holds at a time.
enum AdvisoryLock {
  /// Waits for the lock of `path`, a file that is created where it is missing, and holds it during `body`.
  ///
  /// The system lets go of it when the process ends, however it ends. On a file system without locks there is
  /// none to wait for: two processes may then do the same at a time, each into a file of its own (`TemporaryName`).
  static func hold<Result>(_ path: String, during body: () throws -> Result) throws -> Result {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw Problem(.inputOutput, at: path, "cannot be opened: \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    while flock(descriptor, LOCK_EX) != 0 {
      if errno == EINTR { continue }
      guard [ENOLCK, EOPNOTSUPP, ENOSYS].contains(errno) else {
        throw Problem(.inputOutput, at: path, "cannot be locked: \(String(cString: strerror(errno)))")
      }
      break
    }
    return try body()
  }

  /// Whether nobody holds the lock of `path` at the moment.
  static func isFree(_ path: String) -> Bool {
    let descriptor = open(path, O_RDWR | O_CLOEXEC)
    if descriptor < 0 { return true }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
  }
}
