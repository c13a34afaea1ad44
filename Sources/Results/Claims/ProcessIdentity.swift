import Foundation

/// A process, told apart from every other that there ever was.
public struct ProcessIdentity: Codable, Hashable, Sendable {
  /// For people; two machines may have the same.
  public var host: String
  /// The machine since its last start, and the namespace that its process numbers are of: containers on one machine
  /// count their processes anew.
  public var machine: String
  public var number: Int32
  /// Clock ticks from the machine's start to the process's: numbers are given again, moments are not.
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

  /// The process that started this one, as long as it is there.
  public static var parent: ProcessIdentity? { ProcessIdentity(number: getppid()) }

  /// A process of this machine; nil when it is not there.
  init?(number: Int32) {
    guard let start = Self.startOfProcess(number) else { return nil }
    self.init(host: Self.thisHost, machine: Self.thisMachine, number: number, start: start)
  }

  /// Whether the process is still there; nil when it is another machine's, of whose processes nothing is known.
  public var isAlive: Bool? {
    machine == Self.thisMachine ? Self.startOfProcess(number) == start : nil
  }

  private static let thisHost = ProcessInfo.processInfo.hostName

  private static let thisMachine: String = {
    let boot = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? ""
    let namespace = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")) ?? ""
    // Without them, no two machines may pass for the same one.
    let own = boot.isEmpty || namespace.isEmpty ? UUID().uuidString : boot
    return own.trimmingCharacters(in: .whitespacesAndNewlines) + " " + namespace
  }()

  /// Clock ticks from the machine's start to the process's; nil when there is no such process, or only its remains.
  private static func startOfProcess(_ number: Int32) -> UInt64? {
    guard let text = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8),
      // The program's name stands in brackets and may hold anything, brackets included.
      let nameEnd = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[text.index(after: nameEnd)...].split(separator: " ")
    guard fields.count > 19, !["Z", "X"].contains(fields[0]) else { return nil }
    return UInt64(fields[19])
  }
}
