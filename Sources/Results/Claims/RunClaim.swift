import Diagnostics
import Dispatch
import Foundation

/// The right to carry out a run, until it is released or this process ends.
public final class RunClaim {
  private let path: String
  private let lock: String
  private let descriptor: Int32
  private let heartbeat: any DispatchSourceTimer

  /// - Parameters:
  ///   - path: the claim's file, which exists.
  ///   - lock: the file whose lock serializes the removal of claims.
  ///   - descriptor: of the claim's file, open; closed with the claim.
  ///   - interval: time between heartbeats.
  init(path: String, lock: String, descriptor: Int32, interval: Duration) {
    self.path = path
    self.lock = lock
    self.descriptor = descriptor
    heartbeat = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "heartbeat"))
    let milliseconds = Int(interval / .milliseconds(1))
    heartbeat.schedule(deadline: .now() + .milliseconds(milliseconds), repeating: .milliseconds(milliseconds))
    // Sets the file system's own time; a beat that fails counts as missed.
    heartbeat.setEventHandler { futimens(descriptor, nil) }
    // Close only after the last beat: the descriptor's number may be reused for another file.
    heartbeat.setCancelHandler { close(descriptor) }
    heartbeat.activate()
  }

  deinit { heartbeat.cancel() }

  /// Releases the claim: removes its file, unless another owner has claimed the run by now.
  ///
  /// - Throws: `Problem` if the file cannot be removed.
  public func release() throws {
    try AdvisoryLock.hold(lock) {
      guard isOwn else { return }
      guard unlink(path) == 0 || errno == ENOENT else {
        throw Problem(.inputOutput, at: path, "the claim cannot be removed: \(systemReason())")
      }
    }
  }

  /// Whether the file at the path is still the one that was opened.
  private var isOwn: Bool {
    var (opened, found) = (stat(), stat())
    return fstat(descriptor, &opened) == 0 && stat(path, &found) == 0
      && opened.st_ino == found.st_ino && opened.st_dev == found.st_dev
  }
}
