import CHDF5
import Foundation
import Synchronization

/// Reads a file of unknown origin in a separate process before this one opens it.
///
/// The HDF5 library does not survive hostile bytes: some crash it, others make it loop forever. A separate process that
/// reads the whole file first may crash or hang; a file that it survives is safe for this process too.
public struct ForeignFileTrial: Sendable {
  /// How this process tries files; nil, as in unit tests, to open them directly. Set at startup.
  public static let current = Mutex<ForeignFileTrial?>(nil)

  /// Seconds of CPU time per file, and per 10 MB of it. An intact file takes a tenth of that.
  private static let processorSeconds: UInt64 = 2
  /// Seconds of wall time allowed per second of CPU time, since other processes may be busy.
  private static let patience = 12

  private let executable: String
  private let arguments: [String]

  /// - Parameters:
  ///   - executable: a program that calls `readThrough(_:)` with the path given after `arguments`.
  public init(executable: String, arguments: [String]) {
    self.executable = executable
    self.arguments = arguments
  }

  // MARK: - In the separate process

  /// Reads every name, attribute and value of a file, under time and memory limits that end this process.
  ///
  /// - Throws: for content that is wrong but safe to read.
  public static func readThrough(_ path: String) throws(HDF5Error) {
    var information = stat()
    let size = stat(path, &information) == 0 ? UInt64(max(0, information.st_size)) : 0
    limit(RLIMIT_CPU, to: processorSeconds(for: size))
    limit(RLIMIT_AS, to: 4 << 30 + 16 * size)
    limit(RLIMIT_CORE, to: 0)
    try HDF5File.open(path).root.readThrough()
  }

  private static func processorSeconds(for size: UInt64) -> UInt64 {
    processorSeconds * (1 + size / 10_000_000)
  }

  /// Lowers a limit; a lower one is kept.
  private static func limit(_ resource: __rlimit_resource, to value: UInt64) {
    var limits = rlimit()
    guard getrlimit(__rlimit_resource_t(resource.rawValue), &limits) == 0 else { return }
    limits.rlim_cur = min(limits.rlim_cur, rlim_t(value))
    limits.rlim_max = min(limits.rlim_max, rlim_t(value))
    setrlimit(__rlimit_resource_t(resource.rawValue), &limits)
  }

  // MARK: - In the process that opens the file

  /// Has a separate process read the file first.
  ///
  /// - Throws: `wrongContent` when that process crashed or hung, `inputOutput` when it cannot be started or waited for.
  func requireSurvival(of path: String) throws(HDF5Error) {
    let place = Place(file: path, object: "")
    var information = stat()
    // Opening the file will report why it cannot be read.
    guard stat(path, &information) == 0, information.st_mode & S_IFMT == S_IFREG else { return }
    let file = FileState(information)
    if Self.survived.withLock({ $0.contains(file) }) { return }
    let process = try start(on: path, at: place)
    let allowed = Self.processorSeconds(for: UInt64(max(0, information.st_size))) * UInt64(Self.patience)
    if let end = try Self.badEnd(of: process, within: .seconds(Int64(allowed)), at: place) {
      throw place.error(.wrongContent, "open", "it is damaged: a process that read it \(end)")
    }
    Self.survived.withLock { _ = $0.insert(file) }
  }

  /// Identifies a file and its version.
  private struct FileState: Hashable {
    let device, node, size, second, nanosecond: Int

    init(_ information: stat) {
      (device, node) = (
        Int(truncatingIfNeeded: information.st_dev), Int(truncatingIfNeeded: information.st_ino)
      )
      size = Int(information.st_size)
      (second, nanosecond) = (information.st_mtim.tv_sec, information.st_mtim.tv_nsec)
    }
  }

  private static let survived = Mutex<Set<FileState>>([])

  private func start(on path: String, at place: Place) throws(HDF5Error) -> pid_t {
    // If the parent process had it ignored, children that end leave no status to wait for.
    signal(SIGCHLD, SIG_DFL)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (descriptor, access) in [(Int32(0), O_RDONLY), (1, O_WRONLY), (2, O_WRONLY)] {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", access, 0)
    }
    var words = (["ganomaly"] + arguments + [path]).map { strdup($0) }
    words.append(nil)
    defer { for word in words { free(word) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, executable, &actions, nil, words, environ)
    guard code == 0 else {
      throw place.error(
        .inputOutput, "open", "cannot start a process to test it: \(String(cString: strerror(code)))")
    }
    return process
  }

  /// How a process crashed or hung; nil if it exited by itself.
  private static func badEnd(
    of process: pid_t, within limit: Duration, at place: Place
  ) throws(HDF5Error) -> String? {
    let end = ContinuousClock.now + limit
    var status: Int32 = 0
    var pause: UInt32 = 500
    while true {
      let found = waitpid(process, &status, WNOHANG)
      if found == process { break }
      guard found == 0 || errno == EINTR else {
        let reason = String(cString: strerror(errno))
        throw place.error(.inputOutput, "open", "cannot wait for the process that tests it: \(reason)")
      }
      if .now > end {
        kill(process, SIGKILL)
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return "timed out"
      }
      usleep(pause)
      pause = min(pause * 2, 20_000)
    }
    let signal = status & 0x7f
    if signal == SIGXCPU || signal == SIGKILL { return "timed out" }
    return signal == 0 ? nil : "was ended by a signal (\(String(cString: strsignal(signal))))"
  }
}

extension HDF5File {
  /// Opens a file that anyone may have written or damaged, after a trial in a separate process.
  ///
  /// - Throws: as `open`, and `wrongContent` when that process crashed or hung.
  public static func openForeign(_ path: String) throws(HDF5Error) -> HDF5File {
    if let trial = ForeignFileTrial.current.withLock(\.self) { try trial.requireSurvival(of: path) }
    return try open(path)
  }
}

extension HDF5Group {
  /// No file of ours nests groups deeper; this ends cycles of links.
  private static let deepest = 32

  /// Reads every attribute and value in and below the group, skipping what cannot be read here, such as references.
  public func readThrough() throws(HDF5Error) { try readThrough(depth: 0) }

  private func readThrough(depth: Int) throws(HDF5Error) {
    guard depth < Self.deepest else { throw refusal("its groups lie more than \(Self.deepest) deep") }
    try attributes.readThrough()
    for child in try children() {
      switch child.kind {
      case .group: try openGroup(child.name).readThrough(depth: depth + 1)
      case .dataset: try openDataset(child.name).readThrough()
      case .other: break
      }
    }
  }
}

extension HDF5Dataset {
  fileprivate func readThrough() throws(HDF5Error) {
    try attributes.readThrough()
    _ = try dimensionLabels()
    if try holdsStrings() {
      _ = try readStrings()
      return
    }
    let shape = try shape()
    guard let rows = shape.first, !shape.contains(0) else {
      _ = try read(Double.self)
      return
    }
    Library.enter()
    defer { Library.leave() }
    let size = H5Tget_size(try openType("read").value)
    let count = try elementCount(shape, elementSize: size, "read", at: location.place)
    // In pieces, since as doubles, packed bytes take far more memory than the file that holds them.
    let step = max(1, Self.valuesAtOnce / (count / rows))
    for start in stride(from: 0, to: rows, by: step) {
      _ = try read(Double.self, rows: start..<min(rows, start + step))
    }
  }

  private static let valuesAtOnce = 1 << 25
}

extension HDF5Attributes {
  fileprivate func readThrough() throws(HDF5Error) {
    // The references of dimension scales are of a type that is not read here.
    for name in try names() {
      do throws(HDF5Error) { _ = try readStrings(name) } catch { _ = try? readNumbers(Double.self, name) }
    }
  }
}
