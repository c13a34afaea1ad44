import Diagnostics
import Foundation

/// A child process whose standard output this one reads.
///
/// It runs in its own process group: Ctrl-C in a terminal reaches it only through this process.
final class ChildProcess {
  /// How a process ended.
  enum End: Equatable {
    case exited(status: Int32)
    case signalled(Int32)
  }

  let number: pid_t
  /// Its standard output, non-blocking.
  let output: Int32
  /// How it ended, once that is known.
  private var end: End?

  /// - Parameter name: the process's `argv[0]`, which process lists show.
  /// - Throws: `Problem` if there is no such program or no process can be created.
  init(executable: String, name: String, arguments: [String]) throws(Problem) {
    // If this process inherited an ignored SIGCHLD, ended children would leave no status to wait for.
    signal(SIGCHLD, SIG_DFL)
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else {
      throw Problem(.inputOutput, at: executable, "cannot be started: \(systemReason())")
    }
    defer { close(ends[1]) }
    // Other children must not keep it open after this one ends.
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
    // If redirection fails, a job would write elsewhere and never be heard.
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

  /// Time for a process to stop after being asked to: enough for many steps and a checkpoint on a slow disk.
  static let grace = Duration.seconds(120)

  /// Asks processes to end and waits for that; kills those still running after the grace time, which they share.
  static func stop(_ processes: [ChildProcess], grace: Duration = grace) {
    for process in processes { process.send(signal: SIGTERM) }
    let end = ContinuousClock.now + grace
    // Drain and discard their output: with a full pipe, a process would block forever.
    var open = processes
    while !open.isEmpty, .now < end {
      let ready = readable(open.map(\.output), milliseconds: 200)
      open.removeAll { ready.contains($0.output) && $0.hasClosedOutput }
    }
    // A process that has closed its output may still be running.
    var running = processes.filter { !$0.hasEnded }
    while !running.isEmpty, .now < end {
      Thread.sleep(forTimeInterval: 0.05)
      running.removeAll(where: \.hasEnded)
    }
    for process in running {
      process.send(signal: SIGKILL)
      _ = try? process.wait()
    }
  }

  /// Reads and discards its output; whether that has ended or cannot be read.
  private var hasClosedOutput: Bool {
    do { return try read() == nil } catch { return true }
  }

  /// Whether it has ended, or cannot be waited for.
  private var hasEnded: Bool {
    do { return try wait(WNOHANG) != nil } catch { return true }
  }

  /// Whatever has arrived on its standard output; nil at the end.
  func read() throws(Problem) -> Data? {
    var bytes = [UInt8](repeating: 0, count: 65536)
    let count = Foundation.read(output, &bytes, bytes.count)
    if count > 0 { return Data(bytes[..<count]) }
    if count == 0 { return nil }
    guard [EAGAIN, EINTR].contains(errno) else {
      throw Problem(.inputOutput, "cannot read the output of job \(number): \(systemReason())")
    }
    return Data()
  }

  /// Sends a signal, unless the process has been waited for: its number may belong to another by then.
  func send(signal: Int32) { if end == nil { kill(number, signal) } }

  /// Waits for the process to end.
  ///
  /// - Throws: `Problem` if the system does not report its end.
  func wait() throws(Problem) -> End {
    guard let end = try wait(0) else { preconditionFailure("waitpid has not waited") }
    return end
  }

  /// - Parameter options: for `waitpid`.
  /// - Returns: nil if it is still running and `options` do not wait.
  private func wait(_ options: Int32) throws(Problem) -> End? {
    if let end { return end }
    var status: Int32 = 0
    var found: pid_t
    repeat { found = waitpid(number, &status, options) } while found < 0 && errno == EINTR
    guard found >= 0 else {
      throw Problem(.inputOutput, "cannot wait for job \(number): \(systemReason())")
    }
    if found == 0 { return nil }
    let signal = status & 0x7f
    end = signal == 0 ? .exited(status: status >> 8 & 0xff) : .signalled(signal)
    return end
  }
}

/// Waits up to `milliseconds` until one of `descriptors` is readable; a signal ends the wait.
///
/// - Returns: those that are readable or at their end.
func readable(_ descriptors: [Int32], milliseconds: Int32) -> Set<Int32> {
  var polled = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
  guard poll(&polled, nfds_t(polled.count), milliseconds) > 0 else { return [] }
  return Set(polled.filter { $0.revents != 0 }.map(\.fd))
}
