import Diagnostics
import Foundation

/// A lock between processes: a file that only one of them holds at a time.
enum AdvisoryLock {
  /// Waits for the lock on `path`, a file that is created if missing, and holds it during `body`.
  ///
  /// The system releases it when the process ends, however it ends. On a file system without locks there is nothing to
  /// wait for: two processes may then do the same work at once, each on a file of its own (`TemporaryName`).
  ///
  /// - Throws: `Problem` if the file cannot be opened or locked, and what `body` throws.
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

  /// Whether no process holds the lock on `path` now.
  static func isFree(_ path: String) -> Bool {
    let descriptor = open(path, O_RDWR | O_CLOEXEC)
    if descriptor < 0 { return true }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
  }
}
