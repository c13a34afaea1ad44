import Diagnostics
import Foundation

/// A process that this one has started and whose standard output it reads.
///
/// It stands in a process group of its own: Ctrl-C in a terminal reaches it only through this process.
final class ChildProcess {
  /// How a process came to its end.
  enum End: Equatable {
    case exited(status: Int32)
    case signalled(Int32)
  }

  let number: pid_t
  /// Its standard output, not blocking.
  let output: Int32

  /// - Parameter name: under which lists of processes show it.
  /// - Throws: `Problem` when there is no such program or no process can be made.
  init(executable: String, name: String, arguments: [String]) throws(Problem) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else {
      throw Problem(.inputOutput, at: executable, "cannot be started: \(systemReason())")
    }
    defer { close(ends[1]) }
    // Other children must not hold it open beyond this one's end.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    posix_spawnattr_setpgroup(&attributes, 0)

    var words = ([name] + arguments).map { strdup($0) }
    words.append(nil)
    defer { for word in words { free(word) } }
    var number: pid_t = 0
    let code = posix_spawn(&number, executable, &actions, &attributes, words, environ)
    guard code == 0 else {
      close(ends[0])
      throw Problem(.inputOutput, at: executable, "cannot be started: \(systemReason(code))")
    }
    self.number = number
    output = ends[0]
    _ = fcntl(output, F_SETFL, O_NONBLOCK)
  }

  deinit { close(output) }

  /// Ends the process in an orderly way, and waits for that.
  func stop() {
    send(signal: SIGTERM)
    // What it writes meanwhile goes nowhere: with a full pipe it would wait for ever.
    var ended = false
    while !ended {
      _ = readable([output], milliseconds: 200)
      do { ended = try read() == nil } catch { ended = true }
    }
    _ = wait()
  }

  /// What has come on its standard output; nil at the end.
  func read() throws(Problem) -> Data? {
    var bytes = [UInt8](repeating: 0, count: 65536)
    let count = Foundation.read(output, &bytes, bytes.count)
    if count > 0 { return Data(bytes[..<count]) }
    if count == 0 { return nil }
    guard [EAGAIN, EINTR].contains(errno) else {
      throw Problem(.inputOutput, "what job \(number) tells cannot be read: \(systemReason())")
    }
    return Data()
  }

  func send(signal: Int32) { kill(number, signal) }

  /// Waits for its end.
  func wait() -> End {
    var status: Int32 = 0
    while waitpid(number, &status, 0) < 0 && errno == EINTR {}
    let signal = status & 0x7f
    return signal == 0 ? .exited(status: status >> 8 & 0xff) : .signalled(signal)
  }
}

/// Waits until one of `descriptors` can be read, for at most `milliseconds`; a signal ends the wait.
///
/// - Returns: those that can be read or are at their end.
func readable(_ descriptors: [Int32], milliseconds: Int32) -> Set<Int32> {
  var polled = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
  guard poll(&polled, nfds_t(polled.count), milliseconds) > 0 else { return [] }
  return Set(polled.filter { $0.revents != 0 }.map(\.fd))
}
