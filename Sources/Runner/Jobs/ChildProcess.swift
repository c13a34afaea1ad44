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
  /// How it came to its end, once that is known.
  private var end: End?

  /// - Parameter name: under which lists of processes show it.
  /// - Throws: `Problem` when there is no such program or no process can be made.
  init(executable: String, name: String, arguments: [String]) throws(Problem) {
    // Where whoever started this process has it ignored, ended children leave no status to wait for.
    signal(SIGCHLD, SIG_DFL)
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
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    let refusals = [
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0),
      posix_spawn_file_actions_adddup2(&actions, ends[1], 1),
      posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP)),
      posix_spawnattr_setpgroup(&attributes, 0),
    ]
    // A job that wrote elsewhere than into the pipe would be listened to in vain.
    if let code = refusals.first(where: { $0 != 0 }) {
      close(ends[0])
      throw Problem(.inputOutput, at: executable, "cannot be started: \(systemReason(code))")
    }

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

  /// How long a process that was asked to stop has time for it: many steps, and a checkpoint on a slow disk.
  static let grace = Duration.seconds(120)

  /// Ends the process in an orderly way, and waits for that; after the grace time, in any way.
  func stop(grace: Duration = grace) {
    send(signal: SIGTERM)
    let end = ContinuousClock.now + grace
    // What it writes meanwhile goes nowhere: with a full pipe it would wait for ever.
    var hasClosed = false
    while !hasClosed, .now < end {
      _ = readable([output], milliseconds: 200)
      do { hasClosed = try read() == nil } catch { break }
    }
    // A process that has closed its output may still be there.
    while .now < end {
      do { if try wait(WNOHANG) != nil { return } } catch { return }
      Thread.sleep(forTimeInterval: 0.05)
    }
    send(signal: SIGKILL)
    _ = try? wait()
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

  /// Sends a signal, unless the process has ended and been waited for: its number may be another's by then.
  func send(signal: Int32) { if end == nil { kill(number, signal) } }

  /// Waits for its end.
  ///
  /// - Throws: `Problem` when the system does not tell of it.
  func wait() throws(Problem) -> End {
    guard let end = try wait(0) else { preconditionFailure("waitpid has not waited") }
    return end
  }

  /// - Parameter options: of `waitpid`.
  /// - Returns: nil where it has not ended and is not to be waited for.
  private func wait(_ options: Int32) throws(Problem) -> End? {
    if let end { return end }
    var status: Int32 = 0
    var found: pid_t
    repeat { found = waitpid(number, &status, options) } while found < 0 && errno == EINTR
    guard found >= 0 else {
      throw Problem(.inputOutput, "job \(number) cannot be waited for: \(systemReason())")
    }
    if found == 0 { return nil }
    let signal = status & 0x7f
    end = signal == 0 ? .exited(status: status >> 8 & 0xff) : .signalled(signal)
    return end
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
