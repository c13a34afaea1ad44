import Diagnostics
import Dispatch
import Foundation

/// The right to carry out a run, as long as it is not given back and this process is alive.
public final class RunClaim {
  private let path: String
  private let lock: String
  private let descriptor: Int32
  private let heartbeat: any DispatchSourceTimer

  /// - Parameters:
  ///   - path: the claim's file, which is there.
  ///   - lock: what removals of claims take turns by.
  ///   - descriptor: of that file, open; closed with the claim.
  ///   - interval: of the heartbeat.
  init(path: String, lock: String, descriptor: Int32, interval: Duration) {
    self.path = path
    self.lock = lock
    self.descriptor = descriptor
    heartbeat = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "heartbeat"))
    let milliseconds = Int(interval / .milliseconds(1))
    heartbeat.schedule(deadline: .now() + .milliseconds(milliseconds), repeating: .milliseconds(milliseconds))
    // The time is the file system's; a beat that fails is one that is missed.
    heartbeat.setEventHandler { futimens(descriptor, nil) }
    // The descriptor's number may be another file's once it is closed, so not before the last beat.
    heartbeat.setCancelHandler { close(descriptor) }
    heartbeat.activate()
  }

  deinit { heartbeat.cancel() }

  /// Gives the claim back: its file is removed, unless it has passed to another by now.
  ///
  /// - Throws: `Problem` when the file cannot be removed.
  public func release() throws {
    try AdvisoryLock.hold(lock) {
      guard isOwn else { return }
      guard unlink(path) == 0 || errno == ENOENT else {
        throw Problem(.inputOutput, at: path, "the claim cannot be removed: \(systemReason())")
      }
    }
  }

  /// Whether the file at the path is the one that was opened.
  private var isOwn: Bool {
    var (opened, found) = (stat(), stat())
    return fstat(descriptor, &opened) == 0 && stat(path, &found) == 0
      && opened.st_ino == found.st_ino && opened.st_dev == found.st_dev
  }
}
