import Foundation

/// A process, distinguished from all others, past and present.
public struct ProcessIdentity: Codable, Hashable, Sendable {
  /// The host name, for people; two machines may share it.
  public var host: String
  /// The machine since its last boot, and its PID namespace: each container on a machine numbers its own processes.
  public var machine: String
  /// The process id.
  public var number: Int32
  /// Clock ticks from boot to the start of the process: process ids are reused, start times are not.
  public var start: UInt64

  public init(host: String, machine: String, number: Int32, start: UInt64) {
    self.host = host
    self.machine = machine
    self.number = number
    self.start = start
  }

  /// This process.
  public static let current = ProcessIdentity(
    host: thisHost, machine: thisMachine, number: getpid(), start: startOfProcess(getpid()) ?? 0)

  /// This process's parent, while it is alive.
  public static var parent: ProcessIdentity? { ProcessIdentity(number: getppid()) }

  /// A live process of this machine; nil if there is none with this id.
  init?(number: Int32) {
    guard let start = Self.startOfProcess(number) else { return nil }
    self.init(host: Self.thisHost, machine: Self.thisMachine, number: number, start: start)
  }

  /// Whether the process is alive; nil if it belongs to another machine, whose processes are unknown.
  public var isAlive: Bool? {
    machine == Self.thisMachine ? Self.startOfProcess(number) == start : nil
  }

  private static let thisHost = ProcessInfo.processInfo.hostName

  private static let thisMachine: String = {
    let boot = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? ""
    let namespace = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")) ?? ""
    // Without them, use a unique id, so that no two machines are taken for one.
    let own = boot.isEmpty || namespace.isEmpty ? UUID().uuidString : boot
    return own.trimmingCharacters(in: .whitespacesAndNewlines) + " " + namespace
  }()

  /// Clock ticks from boot to the start of the process; nil if there is no such process, or only a zombie.
  private static func startOfProcess(_ number: Int32) -> UInt64? {
    guard let text = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8),
      // The program's name is in parentheses and may contain anything, parentheses included.
      let nameEnd = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[text.index(after: nameEnd)...].split(separator: " ")
    guard fields.count > 19, !["Z", "X"].contains(fields[0]) else { return nil }
    return UInt64(fields[19])
  }
}
